#define _GNU_SOURCE
#include "include/bpf.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(int command, union bpf_attr *attributes) {
    return (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

static __u64 address(const void *pointer) { return (__u64)(unsigned long)pointer; }

int clinux_bpf_array(const char *name, __u32 size) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_type = BPF_MAP_TYPE_ARRAY;
    attributes.key_size = sizeof(__u32);
    attributes.value_size = size;
    attributes.max_entries = 1;
    strncpy(attributes.map_name, name, sizeof attributes.map_name - 1);
    return bpf(BPF_MAP_CREATE, &attributes);
}

int clinux_bpf_array_read(int map, void *value) {
    __u32 key = 0;
    return clinux_bpf_hash_read(map, &key, value);
}

int clinux_bpf_hash(const char *name, __u32 key_size, __u32 size, __u32 entries) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_type = BPF_MAP_TYPE_HASH;
    attributes.key_size = key_size;
    attributes.value_size = size;
    attributes.max_entries = entries;
    attributes.map_flags = BPF_F_NO_PREALLOC;
    strncpy(attributes.map_name, name, sizeof attributes.map_name - 1);
    return bpf(BPF_MAP_CREATE, &attributes);
}

static int entry(int command, int map, const void *key, const void *value) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_fd = (__u32)map;
    attributes.key = address(key);
    attributes.value = address(value);
    return bpf(command, &attributes);
}

int clinux_bpf_hash_write(int map, const void *key, const void *value) {
    return entry(BPF_MAP_UPDATE_ELEM, map, key, value);
}

int clinux_bpf_hash_read(int map, const void *key, void *value) {
    return entry(BPF_MAP_LOOKUP_ELEM, map, key, value);
}

int clinux_bpf_hash_delete(int map, const void *key) { return entry(BPF_MAP_DELETE_ELEM, map, key, NULL); }

int clinux_bpf_load(
    enum bpf_prog_type kind, const char *name, const void *instructions, __u32 count, char *log, __u32 log_size) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = kind;
    attributes.insns = address(instructions);
    attributes.insn_cnt = count;
    attributes.license = address("Apache-2.0");
    attributes.log_level = log ? 1 : 0;
    attributes.log_buf = address(log);
    attributes.log_size = log ? log_size : 0;
    strncpy(attributes.prog_name, name, sizeof attributes.prog_name - 1);
    return bpf(BPF_PROG_LOAD, &attributes);
}

int clinux_bpf_attach(int program, int cgroup, enum bpf_attach_type hook) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.link_create.prog_fd = (__u32)program;
    attributes.link_create.target_fd = (__u32)cgroup;
    attributes.link_create.attach_type = hook;
    return bpf(BPF_LINK_CREATE, &attributes);
}

int clinux_bpf_try(int program, const void *frame, __u32 size, __u32 *answer) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.test.prog_fd = (__u32)program;
    attributes.test.data_in = address(frame);
    attributes.test.data_size_in = size;
    attributes.test.repeat = 1;
    int result = bpf(BPF_PROG_TEST_RUN, &attributes);
    *answer = attributes.test.retval;
    return result;
}
