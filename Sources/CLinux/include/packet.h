// Packet sockets and readiness. Glibc's module leaves out epoll and eventfd; recvmmsg(), sendmmsg() and accept4() hide
// behind _GNU_SOURCE; control messages are walked by macros that Swift does not import.
#pragma once
#include <linux/if_packet.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

enum {
    CLINUX_EPOLLIN = EPOLLIN,
    CLINUX_EPOLLOUT = EPOLLOUT,
    CLINUX_EPOLLERR = EPOLLERR,
    CLINUX_EPOLLHUP = EPOLLHUP,
    CLINUX_EPOLL_CLOEXEC = EPOLL_CLOEXEC,
    CLINUX_EFD_CLOEXEC = EFD_CLOEXEC,
    CLINUX_EFD_NONBLOCK = EFD_NONBLOCK,
};

/// A frame as a packet socket delivers it.
struct clinux_frame {
    /// The kernel's stamp, CLOCK_REALTIME in nanoseconds; 0 where there was none.
    int64_t stamp;
    /// Bytes on the wire, and how many of them were copied.
    uint32_t length;
    uint32_t copied;
    /// PACKET_HOST, PACKET_OUTGOING …
    uint8_t kind;
};

/// Up to `count` frames that wait already (recvmmsg with MSG_DONTWAIT and MSG_TRUNC), each into `snap` bytes of `space`.
/// Answers their number, or −1 with errno.
int clinux_receive_frames(
    int descriptor, unsigned char *space, uint32_t snap, struct clinux_frame *frames, uint32_t count);

/// Sends `count` frames, at most 64, of `length` bytes each, one behind the other in `space` (sendmmsg with
/// MSG_DONTWAIT). Answers how many the kernel took, or −1 with errno where it took none.
int clinux_send_frames(int descriptor, const unsigned char *space, uint32_t length, uint32_t count);

/// accept4() with SOCK_CLOEXEC and SOCK_NONBLOCK, without the peer's address.
int clinux_accept(int descriptor);

/// Asks for stamps (SO_TIMESTAMPNS, whose number depends on the C library's time_t). Answers 0, or −1 with errno.
int clinux_stamp_frames(int descriptor);
