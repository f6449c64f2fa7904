/// The kinds of packet that a scenario names. ECN bits never matter.
package enum PacketKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// SYN without ACK: opens a connection.
    case syn
    case synAck = "syn-ack"
    /// ACK alone: no SYN, FIN or RST, no payload.
    case ack
    /// At least one byte of payload, no SYN and no RST. A FIN may ride on it.
    case data
    /// FIN without SYN or RST, with or without payload.
    case fin
    /// RST, with or without ACK.
    case rst
    case any

    package var flagMask: TCPFlags {
        switch self {
        case .syn, .synAck, .ack: .deciding
        case .data: [.syn, .rst]
        case .fin: [.fin, .syn, .rst]
        case .rst: .rst
        case .any: []
        }
    }

    package var flagValue: TCPFlags {
        switch self {
        case .syn: .syn
        case .synAck: [.syn, .ack]
        case .ack: .ack
        case .data, .any: []
        case .fin: .fin
        case .rst: .rst
        }
    }

    package var payload: PayloadRule {
        switch self {
        case .ack: .none
        case .data: .some
        case .syn, .synAck, .fin, .rst, .any: .any
        }
    }

    package func matches(_ segment: Segment) -> Bool {
        Selector(flagMask: flagMask, flagValue: flagValue, payload: payload).matches(segment)
    }
}
