#pragma once
// libmnl.h includes sys/socket.h. Left to itself this module would own a second copy of its enums, and a file that
// imports Glibc alone would not see SOCK_CLOEXEC once another file of the target imports this module.
#pragma clang module import SwiftGlibc
#include <libmnl/libmnl.h>
