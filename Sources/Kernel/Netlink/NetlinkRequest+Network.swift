import CLinux
import Glibc
package import Model

/// What the far end of a veth is to be, and where.
package struct VethPeer: Sendable, Equatable {
    package var name: String
    package var mac: MACAddress
    /// A descriptor of the namespace it is born in; open in this process while the request is sent.
    package var namespace: Int32

    package init(name: String, mac: MACAddress, namespace: Int32) {
        self.name = name
        self.mac = mac
        self.namespace = namespace
    }
}

extension NetlinkRequest {
    /// `ip link add NAME address MAC numtxqueues 1 numrxqueues 1 type veth
    ///  peer name PEER address MAC numtxqueues 1 numrxqueues 1 netns NAMESPACE`
    static func linkAdd(veth name: String, mac: MACAddress, peer: VethPeer) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_NEWLINK), flags: NLM_F_CREATE | NLM_F_EXCL) { message in
            message.put(ifinfomsg())
            message.putVethEnd(name, mac)
            message.nest(Int(IFLA_LINKINFO)) { information in
                information.put(Int(IFLA_INFO_KIND), "veth")
                information.nest(Int(IFLA_INFO_DATA)) { data in
                    data.nest(Int(VETH_INFO_PEER)) { end in
                        end.put(ifinfomsg())
                        end.putVethEnd(peer.name, peer.mac)
                        end.put(Int(IFLA_NET_NS_FD), UInt32(peer.namespace))
                    }
                }
            }
        }
    }

    /// `ip link set dev INTERFACE up`
    static func linkSetUp(_ interface: Int32) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_NEWLINK)) { message in
            var header = ifinfomsg()
            header.ifi_index = interface
            header.ifi_flags = CLINUX_IFF_UP
            header.ifi_change = CLINUX_IFF_UP
            message.put(header)
        }
    }

    /// `ip link set dev INTERFACE addrgenmode none`
    static func linkSetNoLinkLocal(_ interface: Int32) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_NEWLINK)) { message in
            var header = ifinfomsg()
            header.ifi_index = interface
            message.put(header)
            message.nest(Int(IFLA_AF_SPEC)) { families in
                families.nest(Int(AF_INET6)) { family in
                    family.put(Int(IFLA_INET6_ADDR_GEN_MODE), UInt8(IN6_ADDR_GEN_MODE_NONE.rawValue))
                }
            }
        }
    }

    /// `ip link show dev NAME`
    static func linkGet(name: String) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_GETLINK)) { message in
            message.put(ifinfomsg())
            message.put(Int(IFLA_IFNAME), name)
        }
    }

    /// `ip link show`
    static func linkDump() -> NetlinkRequest {
        NetlinkRequest(Int(RTM_GETLINK), flags: NLM_F_DUMP) { $0.put(ifinfomsg()) }
    }

    /// `ip address add PREFIX dev INTERFACE nodad`
    ///
    /// IPv6 without duplicate address detection: nothing is sent for the address. It becomes local in a work queue of
    /// the kernel's, a moment after the answer (addrconf_dad_work, net/ipv6/addrconf.c).
    static func addressAdd(_ prefix: Prefix, to interface: Int32) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_NEWADDR), flags: NLM_F_CREATE | NLM_F_EXCL) { message in
            var header = ifaddrmsg()
            header.ifa_family = prefix.address.family.number
            header.ifa_prefixlen = UInt8(prefix.length)
            header.ifa_flags = prefix.address.family == .ipv6 ? UInt8(IFA_F_NODAD) : 0
            header.ifa_index = UInt32(interface)
            message.put(header)
            message.put(Int(IFA_LOCAL), prefix.address.bytes)
            message.put(Int(IFA_ADDRESS), prefix.address.bytes)
        }
    }

    /// `ip route add PREFIX via GATEWAY dev INTERFACE`
    static func routeAdd(_ destination: Prefix, via gateway: IPAddress, interface: Int32) -> NetlinkRequest {
        routeAdd(destination, RTN_UNICAST) { message in
            message.put(Int(RTA_GATEWAY.rawValue), gateway.bytes)
            message.put(Int(RTA_OIF.rawValue), UInt32(interface))
        }
    }

    /// `ip route add blackhole PREFIX`
    static func routeAddBlackhole(_ destination: Prefix) -> NetlinkRequest {
        routeAdd(destination, RTN_BLACKHOLE) { _ in }
    }

    /// `ip route add unreachable PREFIX`
    static func routeAddUnreachable(_ destination: Prefix) -> NetlinkRequest {
        routeAdd(destination, RTN_UNREACHABLE) { _ in }
    }

    private static func routeAdd(
        _ destination: Prefix, _ kind: Int, _ body: (borrowing MessageBuilder) -> Void
    ) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_NEWROUTE), flags: NLM_F_CREATE | NLM_F_EXCL) { message in
            var header = rtmsg()
            header.rtm_family = destination.address.family.number
            header.rtm_dst_len = UInt8(destination.length)
            header.rtm_table = UInt8(RT_TABLE_MAIN.rawValue)
            header.rtm_protocol = UInt8(RTPROT_BOOT)
            header.rtm_scope = UInt8(RT_SCOPE_UNIVERSE.rawValue)
            header.rtm_type = UInt8(kind)
            message.put(header)
            if destination.length > 0 { message.put(Int(RTA_DST.rawValue), destination.address.bytes) }
            body(message)
        }
    }

    /// `ip route get ADDRESS`
    static func routeGet(_ address: IPAddress) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_GETROUTE)) { message in
            var header = rtmsg()
            header.rtm_family = address.family.number
            header.rtm_dst_len = UInt8(address.bytes.count * 8)
            message.put(header)
            message.put(Int(RTA_DST.rawValue), address.bytes)
        }
    }

    /// `ip neighbour add ADDRESS lladdr MAC dev INTERFACE nud permanent`
    static func neighbourAdd(_ address: IPAddress, _ mac: MACAddress, on interface: Int32) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_NEWNEIGH), flags: NLM_F_CREATE | NLM_F_EXCL) { message in
            var header = ndmsg()
            header.ndm_family = address.family.number
            header.ndm_ifindex = interface
            header.ndm_state = UInt16(NUD_PERMANENT)
            message.put(header)
            message.put(Int(NDA_DST), address.bytes)
            message.put(Int(NDA_LLADDR), mac.bytes)
        }
    }
}

extension MessageBuilder {
    /// One queue each way: a veth otherwise gets one a CPU, and packets of one connection could pass each other.
    fileprivate borrowing func putVethEnd(_ name: String, _ mac: MACAddress) {
        put(Int(IFLA_IFNAME), name)
        put(Int(IFLA_ADDRESS), mac.bytes)
        put(Int(IFLA_NUM_TX_QUEUES), UInt32(1))
        put(Int(IFLA_NUM_RX_QUEUES), UInt32(1))
    }
}

extension Family {
    /// AF_INET or AF_INET6.
    var number: UInt8 { UInt8(self == .ipv4 ? AF_INET : AF_INET6) }
}
