// What Swift's Glibc module cannot see: constants made by macros with casts, structs that Glibc declares shorter than
// the kernel does, and calls hidden behind feature macros. Every name is prefixed so that it never meets Glibc's own.
#pragma once
#include "bpf.h"
#include "child.h"
#include "guest.h"
#include "namespaces.h"
#include "processors.h"
#include "netlink.h"
#include "packet.h"
