// bpf(2) has no wrapper in any C library, and its argument is a union of anonymous structs that Swift sees badly.
// The instruction vocabulary comes from the kernel's own header; none of its names is known to Glibc.
#pragma once
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/types.h>

/// An array map with one entry of `size` bytes under the key 0. The descriptor is close-on-exec; -1 and errno.
int clinux_bpf_array(const char *name, __u32 size);
/// Copies the entry under the key 0 of an array map; -1 and errno.
int clinux_bpf_array_read(int map, void *value);
/// A hash map of at most so many entries, empty. The descriptor is close-on-exec; -1 and errno.
int clinux_bpf_hash(const char *name, __u32 key_size, __u32 size, __u32 entries);
/// Writes, reads, deletes the entry under a key; -1 and errno.
int clinux_bpf_hash_write(int map, const void *key, const void *value);
int clinux_bpf_hash_read(int map, const void *key, void *value);
int clinux_bpf_hash_delete(int map, const void *key);
/// Loads `count` instructions of 8 bytes. `log` may be null; -1 and errno.
int clinux_bpf_load(
    enum bpf_prog_type kind, const char *name, const void *instructions, __u32 count, char *log, __u32 log_size);
/// BPF_LINK_CREATE (Linux 5.7): attaches a program to a cgroup, beside others that are there (BPF_F_ALLOW_MULTI), until
/// the link is closed. Its descriptor, close-on-exec; -1 and errno.
int clinux_bpf_attach(int program, int cgroup, enum bpf_attach_type hook);
/// BPF_PROG_TEST_RUN: what the program answers for one frame; -1 and errno.
int clinux_bpf_try(int program, const void *frame, __u32 size, __u32 *answer);
