import Kernel
import Model

/// Packets that no socket sends.
extension Instance {
    func perform(_ replay: Replay, _ index: Int) throws {
        // What a tap holds back has been sent before this.
        try drainTaps()
        let kept = keeper?.frame(of: index)
        guard let frame = kept?.bytes else {
            return timeline.fallShort("step \(index + 1): \(kept?.lack ?? "nothing was kept")")
        }
        let host = try laboratory.host(replay.host)
        let interface = try host.interfaceIndex(replay.interface)
        let attempt = "replay a packet at \(replay.interface) of \(replay.host)"
        let socket = try host.visit {
            let socket = try RawSocket(attempt)
            try socket.bind(to: interface, listening: false, attempt)
            return socket
        }
        injections.keep(socket)
        try socket.send(frame, attempt)
    }

    /// What a made-up segment must bear to fit the connection between its two ends, as its sender's taps have seen it;
    /// `nil`: they have seen nothing of it.
    func numbers(for inject: Inject) throws -> FrameBuilder.Numbers? {
        try drainTaps()
        let (own, other) = (inject.source(0), inject.to)
        var (sequence, acknowledgment): (UInt32?, UInt32?)
        /// The one that is further on, modulo 2³²; a SYN begins anew.
        func advance(_ number: inout UInt32?, _ segment: Segment) {
            guard let last = number, !segment.flags.contains(.syn), Int32(bitPattern: segment.next &- last) <= 0 else {
                return number = segment.next
            }
        }
        for place in timeline.packets {
            guard case .packet(let packet) = timeline.events[place].what, packet.host == inject.host else { continue }
            let segment = packet.segment
            if (segment.source, segment.destination) == (own, other) {
                advance(&sequence, segment)
            } else if (segment.source, segment.destination) == (other, own), packet.takenBy == nil {
                advance(&acknowledgment, segment)
            }
        }
        return sequence.map { FrameBuilder.Numbers(sequence: $0, acknowledgment: acknowledgment ?? 0) }
    }

    func perform(_ inject: Inject, _ index: Int, awaited: Bool) throws {
        var numbers: FrameBuilder.Numbers?
        if let socket = inject.sequenceOf {
            guard let found = try self.numbers(for: inject) else {
                return timeline.fallShort("step \(index + 1): \(inject.host) had sent nothing of \(socket)")
            }
            numbers = found
        }
        try injections.begin(inject, index, numbers)
        if awaited { try finish(index) { injections.isOver(index) } }
    }
}
