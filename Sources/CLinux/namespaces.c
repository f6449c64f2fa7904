#define _GNU_SOURCE
#include "include/namespaces.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_unshare(int flags) { return unshare(flags); }
int clinux_setns(int descriptor, int kind) { return setns(descriptor, kind); }
int clinux_gettid(void) { return (int)syscall(SYS_gettid); }
