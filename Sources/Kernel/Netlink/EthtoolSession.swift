import CLinux
import Glibc

/// ethtool over generic netlink in one network namespace.
package final class EthtoolSession: Sendable {
    private let session: NetlinkSession
    private let family: Int

    /// Call it inside a namespace visit; afterwards it may be used from any thread.
    ///
    /// A kernel without ethtool netlink (before 5.6, or built without it) answers ENOENT.
    package init() throws(KernelError) {
        session = try NetlinkSession(.generic)
        let attempt = "find ethtool netlink"
        let replies = try session.send(.genericFamily(ETHTOOL_GENL_NAME), attempt)
        family = try parse(attempt) {
            for reply in replies {
                let reader = AttributeReader(reply.payload, after: MemoryLayout<genlmsghdr>.size)
                let number = reader.uint16(Int(CTRL_ATTR_FAMILY_ID))
                try reader.finish()
                if let number { return Int(number) }
            }
            throw NetlinkFormatError("a family without a number")
        }
    }

    /// `ethtool --show-features INTERFACE`: by the kernel's names (`tx-tcp-segmentation`).
    package func features(_ interface: Int32) throws(KernelError) -> InterfaceFeatures {
        let attempt = "read the features of interface \(interface)"
        guard let reply = try session.send(.featuresGet(family, interface), attempt).first else {
            throw KernelError(attempt, errno: ENODATA)
        }
        return try parse(attempt) { try InterfaceFeatures(reply) }
    }

    /// `ethtool --features INTERFACE NAME off …`. The kernel also switches off what depends on them.
    package func featuresOff(_ names: [String], on interface: Int32) throws(KernelError) {
        try session.send(.featuresOff(family, interface, names), "switch off \(names.joined(separator: ", "))")
    }

    /// Makes one packet of TCP one packet on the wire, with a right checksum: everything that segments, joins or
    /// leaves checksums for later is switched off, as far as it is on and can be switched.
    ///
    /// Answers what is still on although it is of that kind: fixed by the driver.
    @discardableResult
    package func offloadsOff(_ interface: Int32) throws(KernelError) -> [String] {
        let before = try features(interface)
        let wanted = before.active.intersection(before.changeable).filter(Self.isOffload).sorted()
        if !wanted.isEmpty { try featuresOff(wanted, on: interface) }
        return try features(interface).active.filter(Self.isOffload).sorted()
    }

    /// netdev_features_strings in net/ethtool/common.c.
    package static func isOffload(_ name: String) -> Bool {
        let kinds = [
            "rx-checksum", "tx-checksum-", "tx-tcp", "tx-generic-segmentation", "tx-gso-", "tx-udp-segmentation",
            "tx-scatter-gather", "rx-gro", "rx-lro",
        ]
        return kinds.contains { name.hasPrefix($0) }
    }
}

/// What an interface can do, as ETHTOOL_MSG_FEATURES_GET tells it.
package struct InterfaceFeatures: Sendable, Equatable {
    /// What may be switched.
    package var changeable: Set<String>
    /// What is on.
    package var active: Set<String>

    init(_ message: NetlinkMessage) throws(NetlinkFormatError) {
        let reader = AttributeReader(message.payload, after: MemoryLayout<genlmsghdr>.size)
        changeable = Self.names(reader.nested(Int(ETHTOOL_A_FEATURES_HW)))
        active = Self.names(reader.nested(Int(ETHTOOL_A_FEATURES_ACTIVE)))
        try reader.finish()
    }

    /// The bits that are set, of a bitset in its verbose form (Documentation/networking/ethtool-netlink.rst):
    /// without a mask it lists set bits alone, with one a set bit bears a flag.
    private static func names(_ bitset: AttributeReader?) -> Set<String> {
        guard let bitset, let bits = bitset.nested(Int(ETHTOOL_A_BITSET_BITS)) else { return [] }
        let listed = bitset.contains(Int(ETHTOOL_A_BITSET_NOMASK))
        return Set(
            bits.nestedArray(Int(ETHTOOL_A_BITSET_BITS_BIT)).compactMap { bit in
                guard listed || bit.contains(Int(ETHTOOL_A_BITSET_BIT_VALUE)) else { return nil }
                return bit.string(Int(ETHTOOL_A_BITSET_BIT_NAME))
            })
    }
}

extension NetlinkRequest {
    static func genericFamily(_ name: String) -> NetlinkRequest {
        NetlinkRequest(Int(GENL_ID_CTRL)) { message in
            message.put(genlmsghdr(cmd: UInt8(CTRL_CMD_GETFAMILY), version: 1, reserved: 0))
            message.put(Int(CTRL_ATTR_FAMILY_NAME), name)
        }
    }

    static func featuresGet(_ family: Int, _ interface: Int32) -> NetlinkRequest {
        NetlinkRequest(family) { message in
            message.put(genlmsghdr(cmd: UInt8(ETHTOOL_MSG_FEATURES_GET), version: 1, reserved: 0))
            message.nest(Int(ETHTOOL_A_FEATURES_HEADER)) { header in
                header.put(Int(ETHTOOL_A_HEADER_DEV_INDEX), UInt32(interface))
            }
        }
    }

    /// A bit that is named without a value is switched off.
    static func featuresOff(_ family: Int, _ interface: Int32, _ names: [String]) -> NetlinkRequest {
        NetlinkRequest(family) { message in
            message.put(genlmsghdr(cmd: UInt8(ETHTOOL_MSG_FEATURES_SET), version: 1, reserved: 0))
            message.nest(Int(ETHTOOL_A_FEATURES_HEADER)) { header in
                header.put(Int(ETHTOOL_A_HEADER_DEV_INDEX), UInt32(interface))
                header.put(Int(ETHTOOL_A_HEADER_FLAGS), UInt32(ETHTOOL_FLAG_OMIT_REPLY))
            }
            message.nest(Int(ETHTOOL_A_FEATURES_WANTED)) { bitset in
                bitset.nest(Int(ETHTOOL_A_BITSET_BITS)) { bits in
                    for name in names {
                        bits.nest(Int(ETHTOOL_A_BITSET_BITS_BIT)) { $0.put(Int(ETHTOOL_A_BITSET_BIT_NAME), name) }
                    }
                }
            }
        }
    }
}
