#define _GNU_SOURCE
#include "include/packet.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64 };

static int64_t stamp_of(struct msghdr *message) {
    for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(control), sizeof time);
            return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
        }
    }
    return 0;
}

int clinux_receive_frames(
    int descriptor, unsigned char *space, uint32_t snap, struct clinux_frame *frames, uint32_t count) {
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    struct sockaddr_ll addresses[BATCH];
    union {
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
        struct cmsghdr alignment;
    } controls[BATCH];
    if (count > BATCH) count = BATCH;
    memset(messages, 0, sizeof messages);
    for (uint32_t i = 0; i < count; i++) {
        vectors[i] = (struct iovec){.iov_base = space + (size_t)i * snap, .iov_len = snap};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &addresses[i],
            .msg_namelen = sizeof addresses[i],
            .msg_iov = &vectors[i],
            .msg_iovlen = 1,
            .msg_control = &controls[i],
            .msg_controllen = sizeof controls[i],
        };
    }
    int received = recvmmsg(descriptor, messages, count, MSG_DONTWAIT | MSG_TRUNC, NULL);
    for (int i = 0; i < received; i++) {
        uint32_t length = messages[i].msg_len;
        frames[i] = (struct clinux_frame){
            .stamp = stamp_of(&messages[i].msg_hdr),
            .length = length,
            .copied = length < snap ? length : snap,
            .kind = addresses[i].sll_pkttype,
        };
    }
    return received;
}

int clinux_send_frames(int descriptor, const unsigned char *space, uint32_t length, uint32_t count) {
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    if (count > BATCH) count = BATCH;
    memset(messages, 0, count * sizeof *messages);
    for (uint32_t i = 0; i < count; i++) {
        vectors[i] = (struct iovec){.iov_base = (void *)(space + (size_t)i * length), .iov_len = length};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    return sendmmsg(descriptor, messages, count, MSG_DONTWAIT);
}

int clinux_accept(int descriptor) { return accept4(descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK); }

int clinux_stamp_frames(int descriptor) {
    int on = 1;
    return setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}
