import Model
import Testing

/// Frames of every shape a filter may meet, byte by byte.
enum Frames {
    /// A family of frames that differ in the TCP flags and in the payload.
    struct Shape: Sendable, CustomTestStringConvertible {
        let name: String
        let make: @Sendable (_ flags: UInt16, _ payload: Int) -> [UInt8]
        var testDescription: String { name }
    }

    static let client4: [UInt8] = [198, 18, 0, 1]
    static let server4: [UInt8] = [198, 18, 0, 2]
    static let client6: [UInt8] = [0xFD, 0, 0x07, 0xCB, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    static let server6: [UInt8] = [0xFD, 0, 0x07, 0xCB, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]

    static func bytes(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

    /// Ports 40000 → 5000. `words`: the data offset; beyond 5, that many options are there.
    static func tcp(_ flags: UInt16, _ payload: Int, words: Int = 5, reserved: UInt8 = 0) -> [UInt8] {
        bytes(40_000) + bytes(5000) + [0, 0, 0, 17, 0, 0, 0, 99]
            + [UInt8(words << 4) | reserved << 1 | UInt8(flags >> 8), UInt8(flags & 0xFF)] + bytes(64_240) + [
                0, 0, 0, 0,
            ]
            + [UInt8](repeating: 1, count: max(0, words - 5) * 4) + [UInt8](repeating: 0x61, count: payload)
    }

    static func ethernet(_ type: Int, _ rest: [UInt8]) -> [UInt8] {
        [2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 1] + bytes(type) + rest
    }

    static func ipv4(
        _ rest: [UInt8], options: Int = 0, fragment: Int = 0x4000, proto: UInt8 = 6, version: UInt8 = 4,
        headerWords: UInt8? = nil, total: Int? = nil
    ) -> [UInt8] {
        let words = headerWords ?? UInt8(5 + options / 4)
        let head = [version << 4 | words, 0] + bytes(total ?? 20 + options + rest.count) + [0, 1] + bytes(fragment)
        return ethernet(
            0x0800,
            head + [64, proto, 0, 0] + client4 + server4 + [UInt8](repeating: 1, count: options) + rest)
    }

    /// Each extension header as its kind and its whole bytes; the first of these bytes is filled in.
    static func ipv6(
        _ rest: [UInt8], _ extensions: [(kind: UInt8, bytes: [UInt8])] = [], proto: UInt8 = 6, version: UInt8 = 6,
        length: Int? = nil
    ) -> [UInt8] {
        let kinds = extensions.map(\.kind) + [proto]
        let chain = extensions.enumerated().flatMap { [kinds[$0 + 1]] + $1.bytes.dropFirst() }
        let head = [version << 4, 0, 0, 0] + bytes(length ?? chain.count + rest.count) + [kinds[0], 64]
        return ethernet(0x86DD, head + client6 + server6 + chain + rest)
    }

    static let hopByHop: (UInt8, [UInt8]) = (0, [0, 0, 1, 4, 0, 0, 0, 0])
    static let routing: (UInt8, [UInt8]) = (43, [0, 2] + [UInt8](repeating: 0, count: 22))
    static let destination: (UInt8, [UInt8]) = (60, [0, 1, 1, 12] + [UInt8](repeating: 0, count: 12))
    static func fragment(_ position: Int, more: Bool = true) -> (UInt8, [UInt8]) {
        (44, [0, 0] + bytes(position << 3 | (more ? 1 : 0)) + [0, 0, 0, 7])
    }

    static let shapes: [Shape] = ipv4Shapes + ipv6Shapes + strangers

    private static let ipv4Shapes = [
        Shape(name: "IPv4") { ipv4(tcp($0, $1)) },
        Shape(name: "IPv4, 4 bytes of options") { ipv4(tcp($0, $1), options: 4) },
        Shape(name: "IPv4, 40 bytes of options") { ipv4(tcp($0, $1), options: 40) },
        Shape(name: "IPv4, TCP options, reserved bits") { ipv4(tcp($0, $1, words: 10, reserved: 7)) },
        Shape(name: "IPv4, first fragment") { ipv4(tcp($0, $1), fragment: 0x2000) },
        Shape(name: "IPv4, later fragment") { ipv4(tcp($0, $1), fragment: 0x2001) },
        Shape(name: "IPv4, padded by Ethernet") { ipv4(tcp($0, $1) + [0, 0, 0, 0, 0, 0], total: 40 + $1) },
        Shape(name: "IPv4, total length 0") { ipv4(tcp($0, $1), total: 0) },
        Shape(name: "IPv4, header of 16 bytes") { ipv4(tcp($0, $1), headerWords: 4) },
        Shape(name: "IPv4, version 5") { ipv4(tcp($0, $1), version: 5) },
        Shape(name: "IPv4, data offset 0") { ipv4(tcp($0, $1, words: 0)) },
        Shape(name: "IPv4, UDP") { ipv4(tcp($0, $1), proto: 17) },
    ]

    private static let ipv6Shapes = [
        Shape(name: "IPv6") { ipv6(tcp($0, $1)) },
        Shape(name: "IPv6, TCP options") { ipv6(tcp($0, $1, words: 15)) },
        Shape(name: "IPv6, hop-by-hop") { ipv6(tcp($0, $1), [hopByHop]) },
        Shape(name: "IPv6, routing") { ipv6(tcp($0, $1), [routing]) },
        Shape(name: "IPv6, destination options") { ipv6(tcp($0, $1), [destination]) },
        Shape(name: "IPv6, two extensions") { ipv6(tcp($0, $1), [hopByHop, destination]) },
        Shape(name: "IPv6, as many extensions as are walked") {
            ipv6(tcp($0, $1), [hopByHop, routing, fragment(0), destination])
        },
        Shape(name: "IPv6, one extension too many") {
            ipv6(tcp($0, $1), [hopByHop, destination, routing, fragment(0), destination])
        },
        Shape(name: "IPv6, first fragment") { ipv6(tcp($0, $1), [fragment(0)]) },
        Shape(name: "IPv6, later fragment") { ipv6(tcp($0, $1), [fragment(1)]) },
        Shape(name: "IPv6, last fragment") { ipv6(tcp($0, $1), [hopByHop, fragment(0x1FFF, more: false)]) },
        Shape(name: "IPv6, authentication header") { ipv6(tcp($0, $1), [(51, [UInt8](repeating: 1, count: 24))]) },
        Shape(name: "IPv6, extension longer than the frame") {
            ipv6(tcp($0, $1), [(0, [0, 255] + [UInt8](repeating: 6, count: 6))])
        },
        Shape(name: "IPv6, payload length 0") { ipv6(tcp($0, $1), [hopByHop], length: 0) },
        Shape(name: "IPv6, version 4") { ipv6(tcp($0, $1), version: 4) },
        Shape(name: "IPv6, ICMPv6") { ipv6(tcp($0, $1), proto: 58) },
    ]

    private static let strangers = [
        Shape(name: "ARP") { ethernet(0x0806, tcp($0, $1)) },
        Shape(name: "VLAN") { ethernet(0x8100, [0, 1, 8, 0] + tcp($0, $1)) },
    ]

    static let selectors: [(name: String, selector: Selector)] =
        PacketKind.allCases.map { kind in
            (kind.rawValue, Selector(flagMask: kind.flagMask, flagValue: kind.flagValue, payload: kind.payload))
        } + [
            ("from client, IPv4", Selector(source: IPAddress(bytes: client4))),
            ("to client, IPv4", Selector(destination: IPAddress(bytes: client4))),
            ("from client, IPv6", Selector(source: IPAddress(bytes: client6))),
            ("to server, IPv6", Selector(destination: IPAddress(bytes: server6), payload: .some)),
            (
                "one connection",
                Selector(
                    source: IPAddress(bytes: client4), destination: IPAddress(bytes: server4), sourcePort: 40_000,
                    destinationPort: 5000, flagMask: .deciding, flagValue: .syn)
            ),
            ("families mixed", Selector(source: IPAddress(bytes: client4), destination: IPAddress(bytes: server6))),
            ("another source port", Selector(sourcePort: 40_001)),
            ("destination port", Selector(destinationPort: 5000, payload: .none)),
            ("ECN set-up", Selector(flagMask: [.ae, .ece, .cwr], flagValue: [.ece, .cwr])),
            ("AE set, URG clear", Selector(flagMask: [.ae, .urg], flagValue: .ae)),
            ("impossible", Selector(flagMask: .syn, flagValue: .fin)),
        ]
}
