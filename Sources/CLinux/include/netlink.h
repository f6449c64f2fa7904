// The vocabulary of netlink: message types, attributes and fixed headers, straight from the kernel's own headers, which
// no module of Swift's toolchain covers. None of these is known to Glibc, so the names keep their fame: they are what a
// reader finds in man pages and in the kernel. Only what Swift cannot import is declared anew, with a prefix.
#pragma once
#include <linux/ethtool_netlink.h>
#include <linux/gen_stats.h>
#include <linux/genetlink.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/veth.h>

// Macros with casts or with arguments, which Swift does not import.
enum {
    CLINUX_TC_CLSACT_HANDLE = TC_H_MAKE(TC_H_CLSACT, 0),
    CLINUX_TC_CLSACT_INGRESS = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
    CLINUX_TC_CLSACT_EGRESS = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS),
};

// linux/if.h cannot stand beside Glibc's net/if.h, which lacks these (RFC 2863, Documentation/networking/operstates.rst).
#define CLINUX_IFF_UP 0x1u
#define CLINUX_IFF_LOOPBACK 0x8u
#define CLINUX_OPERSTATE_UP 6

// linux/if_ether.h brings a struct that some versions of Glibc declare too.
#define CLINUX_ETH_P_ALL 0x0003u
