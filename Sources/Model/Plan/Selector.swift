/// Which packets, in terms of the wire. Two encoders in `Kernel/Filters` say the same to the kernel.
///
/// Later fragments, unwalked IPv6 extension headers, truncated frames and anything but TCP never match.
package struct Selector: Sendable, Hashable, Codable {
    package var source: IPAddress?
    package var destination: IPAddress?
    package var sourcePort: UInt16?
    package var destinationPort: UInt16?
    /// A segment matches when `flags & flagMask == flagValue`.
    package var flagMask: TCPFlags
    package var flagValue: TCPFlags
    package var payload: PayloadRule
    /// Which of the matches, counted from 1 since the fault was first switched on; `nil`: all of them,
    /// empty: none, they are only counted. Ascending, without overlap.
    package var nth: [NthRange]?

    package init(
        source: IPAddress? = nil, destination: IPAddress? = nil, sourcePort: UInt16? = nil,
        destinationPort: UInt16? = nil, flagMask: TCPFlags = [], flagValue: TCPFlags = [],
        payload: PayloadRule = .any, nth: [NthRange]? = nil
    ) {
        self.source = source
        self.destination = destination
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.flagMask = flagMask
        self.flagValue = flagValue
        self.payload = payload
        self.nth = nth
    }

    /// Whether a frame is one of the matches, `nth` left aside.
    package func matches(_ frame: Frame) -> Bool {
        guard let segment = frame.segment else { return false }
        return matches(segment)
    }

    /// Whether a segment is one of the matches, `nth` left aside.
    package func matches(_ segment: Segment) -> Bool {
        func agrees<Value: Equatable>(_ wanted: Value?, _ actual: Value) -> Bool { wanted.map { $0 == actual } ?? true }
        return agrees(source, segment.source.address) && agrees(destination, segment.destination.address)
            && agrees(sourcePort, segment.source.port) && agrees(destinationPort, segment.destination.port)
            && segment.flags.intersection(flagMask) == flagValue && payload.allows(segment.payload)
    }

    /// Whether the `count`th match (from 1) is to be taken.
    package func takes(_ count: Int) -> Bool {
        nth.map { $0.contains { $0.contains(count) } } ?? true
    }
}

package enum PayloadRule: String, Sendable, Hashable, Codable, CaseIterable {
    case any
    case none
    case some

    package func allows(_ bytes: Int) -> Bool {
        switch self {
        case .any: true
        case .none: bytes == 0
        case .some: bytes > 0
        }
    }
}

/// `2`, `2..4`, or without an end `2..`.
package struct NthRange: Sendable, Hashable, Codable, CustomStringConvertible {
    package var first: Int
    package var last: Int?

    /// Traps unless 1 ≤ first ≤ last.
    package init(first: Int, last: Int?) {
        precondition(first >= 1 && (last ?? first) >= first, "bad range of packets \(first)..\(last ?? first)")
        self.first = first
        self.last = last
    }

    package func contains(_ count: Int) -> Bool { count >= first && count <= (last ?? count) }

    package var description: String {
        switch last {
        case first: "\(first)"
        case let last?: "\(first)..\(last)"
        case nil: "\(first).."
        }
    }
}
