import Glibc
import Kernel
import Lab
import Model
import Testing

/// A packet socket on one interface: sees what passes, and sends frames as they are.
final class FaultTap {
    private let socket: Descriptor
    private let host: String
    private let interface: String

    /// Sees what comes from now on.
    init(_ laboratory: Laboratory, _ host: String, _ interface: String) throws {
        let made = try laboratory.host(host)
        let index = try made.interfaceIndex(interface)
        socket = Descriptor(
            owning: try made.visit {
                // Protocol 0: deaf until it is bound to the interface.
                let socket = try Descriptor.socket(
                    AF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue), 0, "open a tap")
                let number = socket.number
                var address = Address()
                address.interface = index
                try withUnsafePointer(to: &address) { pointer in
                    try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                        _ = try system("bind a tap") {
                            bind(number, pointer, socklen_t(MemoryLayout<Address>.size))
                        }
                    }
                }
                return socket.take()
            })
        self.host = host
        self.interface = interface
    }

    func send(_ frame: [UInt8]) throws {
        let number = socket.number
        try system("send a frame") { Glibc.send(number, frame, frame.count, 0) }
    }

    /// Tells the faults of every TCP packet that waits. Answers them in order, each with who took it.
    @discardableResult
    func drain(_ faults: FaultSet) throws -> [(segment: Segment, taker: String?)] {
        var found: [(segment: Segment, taker: String?)] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while true {
            var from = Address()
            var length = socklen_t(MemoryLayout<Address>.size)
            let number = socket.number
            let count = withUnsafeMutablePointer(to: &from) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(number, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count >= 0 else { return found }
            let frame = Frame(Array(buffer[..<count]))
            let taker = try faults.saw(
                frame, host: host, interface: interface, direction: from.kind == 4 ? .sent : .received)
            if let segment = frame.segment { found.append((segment, taker)) }
        }
    }

    /// `struct sockaddr_ll` (packet(7)); `kind` 4 is PACKET_OUTGOING.
    private struct Address {
        var family = UInt16(AF_PACKET)
        var number = UInt16(0x0003).bigEndian
        var interface: Int32 = 0
        var hardware: UInt16 = 0
        var kind: UInt8 = 0
        var length: UInt8 = 0
        var address: UInt64 = 0
    }
}
