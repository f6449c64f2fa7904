import CLinux
import Glibc
package import Model

/// What a cls_bpf filter runs.
package enum FilterProgram: Sendable, Hashable {
    /// Classic BPF: at most 4,096 instructions; needs no privilege but the namespace's.
    case classic([ClassicInstruction])
    /// A loaded program of type BPF_PROG_TYPE_SCHED_CLS. The filter holds its own reference to it.
    case extended(descriptor: Int32, name: String)
}

/// `struct sock_filter`, field by field.
package struct ClassicInstruction: Sendable, Hashable, BitwiseCopyable {
    package var code: UInt16
    /// How many instructions to skip when a jump's condition holds, and when it does not.
    package var whenTrue: UInt8
    package var whenFalse: UInt8
    package var operand: UInt32

    package init(code: UInt16, whenTrue: UInt8 = 0, whenFalse: UInt8 = 0, operand: UInt32) {
        self.code = code
        self.whenTrue = whenTrue
        self.whenFalse = whenFalse
        self.operand = operand
    }
}

/// What a clsact qdisc has counted since it was made: at every hook that has a filter, both directions together.
package struct QdiscStatistics: Sendable, Equatable {
    package var seen: Int
    package var dropped: Int

    package init(seen: Int, dropped: Int) {
        self.seen = seen
        self.dropped = dropped
    }
}

extension NetlinkRequest {
    static func qdiscAdd(interface: Int32) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_NEWQDISC), flags: NLM_F_CREATE | NLM_F_EXCL) { message in
            message.put(
                tcmsg(interface, parent: TC_H_CLSACT, handle: CLINUX_TC_CLSACT_HANDLE))
            message.put(Int(TCA_KIND), "clsact")
        }
    }

    static func qdiscDelete(interface: Int32) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_DELQDISC)) { message in
            message.put(
                tcmsg(interface, parent: TC_H_CLSACT, handle: CLINUX_TC_CLSACT_HANDLE))
        }
    }

    static func qdiscDump() -> NetlinkRequest {
        NetlinkRequest(Int(RTM_GETQDISC), flags: NLM_F_DUMP) { $0.put(CLinux.tcmsg()) }
    }

    static func filterReplace(
        interface: Int32, hook: FaultSite.Hook, priority: UInt16, handle: UInt32, program: FilterProgram
    ) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_NEWTFILTER), flags: NLM_F_CREATE) { message in
            message.put(tcmsg(interface, hook, priority, handle))
            message.put(Int(TCA_KIND), "bpf")
            message.nest(Int(TCA_OPTIONS)) { options in
                switch program {
                case .classic(let instructions):
                    options.put(Int(TCA_BPF_OPS_LEN), UInt16(instructions.count))
                    options.put(Int(TCA_BPF_OPS), instructions.withUnsafeBytes { Array($0) })
                case .extended(let descriptor, let name):
                    options.put(Int(TCA_BPF_FD), UInt32(descriptor))
                    options.put(Int(TCA_BPF_NAME), name)
                }
                options.put(Int(TCA_BPF_FLAGS), UInt32(TCA_BPF_FLAG_ACT_DIRECT))
            }
        }
    }

    static func filterDelete(
        interface: Int32, hook: FaultSite.Hook, priority: UInt16, handle: UInt32
    ) -> NetlinkRequest {
        NetlinkRequest(Int(RTM_DELTFILTER)) { $0.put(tcmsg(interface, hook, priority, handle)) }
    }

    private static func tcmsg(_ interface: Int32, parent: UInt32, handle: UInt32) -> tcmsg {
        var header = CLinux.tcmsg()
        header.tcm_family = UInt8(AF_UNSPEC)
        header.tcm_ifindex = interface
        header.tcm_parent = parent
        header.tcm_handle = handle
        return header
    }

    /// For filters: priority and protocol (ETH_P_ALL, in network order) share tcm_info.
    private static func tcmsg(
        _ interface: Int32, _ hook: FaultSite.Hook, _ priority: UInt16, _ handle: UInt32
    ) -> tcmsg {
        let parent = hook == .ingress ? CLINUX_TC_CLSACT_INGRESS : CLINUX_TC_CLSACT_EGRESS
        var header = tcmsg(interface, parent: parent, handle: handle)
        header.tcm_info = UInt32(priority) << 16 | UInt32(UInt16(CLINUX_ETH_P_ALL).bigEndian)
        return header
    }
}

extension RouteSession {
    /// `tc qdisc add dev INTERFACE clsact`
    package func qdiscAddClsact(_ interface: Int32) throws(KernelError) {
        try session.send(.qdiscAdd(interface: interface), "add qdisc clsact to interface \(interface)")
    }

    /// `tc qdisc delete dev INTERFACE clsact`, with all its filters.
    package func qdiscDeleteClsact(_ interface: Int32) throws(KernelError) {
        try session.send(.qdiscDelete(interface: interface), "delete qdisc clsact of interface \(interface)")
    }

    /// `tc -statistics qdisc show dev INTERFACE clsact`; ENOENT where there is none.
    package func qdiscStatistics(_ interface: Int32) throws(KernelError) -> QdiscStatistics {
        let attempt = "read the statistics of qdisc clsact of interface \(interface)"
        for reply in try session.send(.qdiscDump(), attempt) {
            let reader = AttributeReader(reply.payload, after: MemoryLayout<tcmsg>.size)
            let statistics = try parse(attempt) { try QdiscStatistics(reader, clsactOf: interface) }
            if let statistics { return statistics }
        }
        throw KernelError(attempt, errno: ENOENT)
    }

    /// `tc filter replace dev INTERFACE ingress prio PRIORITY handle HANDLE protocol all bpf direct-action …`
    ///
    /// Puts a filter there or exchanges the one that is there; no packet falls between the two. Priorities 1 and up:
    /// filters are asked in their order until one decides (anything but TC_ACT_UNSPEC).
    package func filterReplace(
        interface: Int32, hook: FaultSite.Hook, priority: UInt16, handle: UInt32 = 1, program: FilterProgram
    ) throws(KernelError) {
        try session.send(
            .filterReplace(
                interface: interface, hook: hook, priority: priority, handle: handle, program: program),
            "install filter \(priority) at \(hook.rawValue) of interface \(interface)")
    }

    /// `tc filter delete dev INTERFACE ingress prio PRIORITY handle HANDLE bpf`
    package func filterDelete(
        interface: Int32, hook: FaultSite.Hook, priority: UInt16, handle: UInt32 = 1
    ) throws(KernelError) {
        try session.send(
            .filterDelete(interface: interface, hook: hook, priority: priority, handle: handle),
            "delete filter \(priority) at \(hook.rawValue) of interface \(interface)")
    }
}

extension QdiscStatistics {
    /// `nil`: another qdisc.
    init?(_ reader: AttributeReader, clsactOf interface: Int32) throws(NetlinkFormatError) {
        let header = reader.fixed(as: tcmsg.self)
        let kind = reader.string(Int(TCA_KIND))
        let statistics = reader.nested(Int(TCA_STATS2))
        let basic = statistics?.structure(Int(TCA_STATS_BASIC), as: gnet_stats_basic.self)
        let long = statistics?.uint64(Int(TCA_STATS_PKT64))
        let queue = statistics?.structure(Int(TCA_STATS_QUEUE), as: gnet_stats_queue.self)
        try reader.finish()
        guard header?.tcm_ifindex == interface, kind == "clsact" else { return nil }
        guard let basic, let queue else { throw NetlinkFormatError("a qdisc without statistics") }
        seen = long.map { Int($0) } ?? Int(basic.packets)
        dropped = Int(queue.drops)
    }
}
