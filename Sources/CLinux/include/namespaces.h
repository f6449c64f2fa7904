// sched.h hides unshare() and setns() behind _GNU_SOURCE, which Swift's Glibc module map does not set.
#pragma once
#include <stdint.h>

#define CLINUX_CLONE_NEWNET 0x40000000
#define CLINUX_CLONE_NEWUSER 0x10000000

int clinux_unshare(int flags);
int clinux_setns(int descriptor, int kind);
/// The caller's kernel thread id (gettid), which glibc before 2.30 does not wrap.
int clinux_gettid(void);
/// SO_NETNS_COOKIE (Linux 5.14), which older headers lack: the number of the socket's network namespace, never used
/// again until the next boot. 0, or −1 and errno.
int clinux_namespace_cookie(int socket, uint64_t *cookie);
/// Mounts the cgroup v2 hierarchy nowhere (fsopen(2), which glibc before 2.36 does not wrap): the mount is reached by this
/// descriptor alone and ends with it. −1 and errno.
int clinux_mount_cgroups(void);
