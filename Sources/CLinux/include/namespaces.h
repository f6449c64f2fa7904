// sched.h hides unshare() and setns() behind _GNU_SOURCE, which Swift's Glibc module map does not set.
#pragma once

#define CLINUX_CLONE_NEWNET 0x40000000
#define CLINUX_CLONE_NEWUSER 0x10000000

int clinux_unshare(int flags);
int clinux_setns(int descriptor, int kind);
/// The caller's kernel thread id (gettid), which glibc before 2.30 does not wrap.
int clinux_gettid(void);
