#define _GNU_SOURCE
#include "include/guest.h"

#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int clinux_load_module(int descriptor) { return (int)syscall(SYS_finit_module, descriptor, "", 0); }
int clinux_mount(const char *kind, const char *place) { return mount(kind, place, kind, 0, NULL); }
int clinux_restart(void) { return reboot(RB_AUTOBOOT); }

// A program that is started as the first one of a machine (and not of a container, where /proc is there already).
//
// Swift's libraries read /proc/self before main() does anything. And a first program that dies takes the kernel with it
// (do_exit(): "Attempted to kill init!"), while one that handles its own faults, as Swift's backtracer does, may never
// end. Hence it stays this small: it mounts /proc, lets a child go on as the program itself, says how that ended, and
// restarts the machine.
static void be_first(void) {
    if (getpid() != 1 || access("/proc/self", F_OK) == 0) return;
    mkdir("/proc", 0755);
    clinux_mount("proc", "/proc");
    pid_t child = fork();
    if (child == 0) return;
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        dprintf(STDERR_FILENO, "tcpfault-run: the guest's program could not be started\n");
    } else if (WIFSIGNALED(status)) {
        dprintf(STDERR_FILENO, "tcpfault-run: the guest's program died of signal %d\n", WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
        dprintf(STDERR_FILENO, "tcpfault-run: the guest's program ended with status %d\n", WEXITSTATUS(status));
    }
    clinux_restart();
    for (;;) pause();
}

// Before the constructors of any library.
__attribute__((section(".preinit_array"), used)) static void (*const first)(void) = be_first;
