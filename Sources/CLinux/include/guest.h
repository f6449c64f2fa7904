// What the first program of a guest kernel needs, and Glibc's module leaves out: loading modules (which has no wrapper
// in any C library), mounts, the restart at the end.
#pragma once

/// finit_module(2) without parameters: 0, or −1 and errno.
int clinux_load_module(int descriptor);
/// mount(2) of a file system that has no device: 0, or −1 and errno.
int clinux_mount(const char *kind, const char *place);
/// reboot(2), RB_AUTOBOOT. Comes back only where it failed: −1 and errno.
int clinux_restart(void);
