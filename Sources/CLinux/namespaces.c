#define _GNU_SOURCE
#include "include/namespaces.h"

#include <errno.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_unshare(int flags) { return unshare(flags); }
int clinux_setns(int descriptor, int kind) { return setns(descriptor, kind); }
int clinux_gettid(void) { return (int)syscall(SYS_gettid); }

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

int clinux_namespace_cookie(int socket, uint64_t *cookie) {
    socklen_t length = sizeof *cookie;
    return getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &length);
}

int clinux_mount_cgroups(void) {
    int context = (int)syscall(SYS_fsopen, "cgroup2", FSOPEN_CLOEXEC);
    if (context < 0) return -1;
    int mount = -1;
    if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0) {
        mount = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
    }
    int code = errno;
    close(context);
    errno = code;
    return mount;
}
