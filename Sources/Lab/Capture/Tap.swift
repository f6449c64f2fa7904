import Kernel
package import Model

/// One vantage point: an interface of a host, written to a capture file of its own, its TCP segments put on the
/// timeline.
package final class Tap {
    /// Who took a frame, by the faults' own predicates; asked for every frame in the tap's order, with its stamp.
    package typealias Attribution = (Frame, Tap, PacketEvent.Direction, Nanoseconds) throws -> String?

    package let host: String
    package let interface: String
    /// Beside the record.
    package let file: String

    private let socket: PacketSocket
    /// Of what the plan's sampling keeps away.
    private let rest: CountingSocket?
    private let writer: PcapngWriter
    private let keeper: FrameKeeper?
    private let started = Clock.realtime()
    private var frames = 0
    private var undecidable = 0
    /// On a loopback, where a packet is seen as it leaves and again as it arrives: the numbers of those that have left.
    private var departed: [Segment: [Int]] = [:]
    /// When the latest frame came, on CLOCK_MONOTONIC; `nil` before the first.
    private(set) var lastHeard: Nanoseconds?

    /// `folder` must exist; it gets the capture file. Of segments from and to made-up addresses it keeps what `spoofing`
    /// says, and counts the rest. `keeper` is told of every frame that is sent.
    package init(
        _ lab: LabHost, _ interface: Interface, of host: Host, folder: String, facts: Facts, spoofing: Spoofing? = nil,
        keeper: FrameKeeper? = nil
    ) throws {
        self.keeper = keeper
        self.host = host.name
        self.interface = interface.name
        file = host.interfaces.count == 1 ? "\(host.name).pcapng" : "\(host.name)-\(interface.name).pcapng"
        let isWhole = keeper?.wants(interface.name, of: host.name) ?? false
        let snapLength = isWhole ? PacketSocket.wholeLength : PacketSocket.snapLength
        writer = try PcapngWriter(
            "\(folder)/\(file)",
            PcapngWriter.Origin(
                hardware: facts.machine, system: "Linux \(facts.kernel)", application: "tcpfault \(Version.current)",
                interface: "\(host.name) \(interface.name)", snapLength: snapLength))
        let index = try lab.interfaceIndex(interface.name)
        let name = "\(interface.name) of \(host.name)"
        let filter = spoofing.flatMap { $0.sampling > 1 ? SamplingFilter($0) : nil }
        socket = try lab.visit {
            try PacketSocket(interface: index, named: name, filter: filter?.kept, snapLength: snapLength)
        }
        if let filter {
            rest = try lab.visit { try CountingSocket(interface: index, named: name, filter: filter.unsampled) }
        } else {
            rest = nil
        }
    }

    package var descriptor: Int32 { socket.descriptor }

    /// Takes everything that has come by now; in a flood there is always more. Answers how many frames that was.
    @discardableResult
    package func drain(into timeline: Timeline, takenBy attribution: Attribution) throws -> Int {
        let now = Clock.realtime()
        var count = 0
        while true {
            let batch = try socket.receive()
            guard let last = batch.last else { return count }
            count += batch.count
            lastHeard = Clock.monotonic()
            for captured in batch { try note(captured, timeline, attribution) }
            if batch.count < PacketSocket.batch || last.stamp > now { return count }
        }
    }

    private func note(
        _ captured: PacketSocket.CapturedFrame, _ timeline: Timeline, _ attribution: Attribution
    ) throws {
        let frame = Frame(captured.bytes)
        if captured.direction == .sent {
            keeper?.saw(frame, captured.bytes, isWhole: captured.bytes.count == captured.length, interface, of: host)
        }
        let taker = try attribution(frame, self, captured.direction, captured.stamp)
        let earlier = returning(frame, captured.direction)
        if earlier == nil {
            frames += 1
            if interface == "lo", case .tcp(let segment) = frame { departed[segment, default: []].append(frames) }
            try writer.packet(
                captured.bytes, stamp: captured.stamp, length: captured.length,
                comment: taker.map { "dropped by fault \($0) at \(host) ingress" })
        }
        switch frame {
        case .tcp(let segment):
            timeline.add(
                .packet(
                    PacketEvent(
                        host: host, interface: interface, direction: captured.direction, segment: segment,
                        takenBy: taker, frame: earlier ?? frames)),
                at: timeline.clock.onTimeline(realtime: captured.stamp))
        case .laterFragment, .unwalkedExtensions, .truncated: undecidable += 1
        case .other: break
        }
    }

    /// The number of a frame that the file has already, as it left; `nil`: it has not.
    private func returning(_ frame: Frame, _ direction: PacketEvent.Direction) -> Int? {
        guard interface == "lo", direction == .received, case .tcp(let segment) = frame,
            departed[segment]?.isEmpty == false
        else { return nil }
        return departed[segment]?.removeFirst()
    }

    /// Closes the capture file. Nothing may be drained afterwards.
    package func finish() throws -> TapReport {
        let statistics = try socket.statistics()
        try writer.finish(from: started, to: Clock.realtime(), seen: statistics.seen, lost: statistics.lost)
        return TapReport(
            host: host, interface: interface, file: file, frames: frames, lost: statistics.lost,
            undecidable: undecidable, unsampled: try rest?.count())
    }
}
