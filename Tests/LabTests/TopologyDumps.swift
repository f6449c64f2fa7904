import Glibc
import Kernel
import Lab
import Model
import Testing

/// What a host has, asked of the kernel by requests that the laboratory itself never makes.
enum TopologyDumps {
    /// Address → IFA_FLAGS.
    static func addresses(_ host: LabHost) throws -> [String: UInt32] {
        var found: [String: UInt32] = [:]
        for reply in try dump(22, on: host) {  // RTM_GETADDR; struct ifaddrmsg has 8 bytes
            let reader = AttributeReader(reply.payload, after: 8)
            let address = try #require(reader.payload(1))  // IFA_ADDRESS
            found[IPAddress(bytes: address).description] = reader.uint32(8)  // IFA_FLAGS
            try reader.finish()
        }
        return found
    }

    /// Address → MAC, of the entries in NUD_PERMANENT.
    static func permanentNeighbours(_ host: LabHost) throws -> [String: MACAddress] {
        var found: [String: MACAddress] = [:]
        for reply in try dump(30, on: host) {  // RTM_GETNEIGH; struct ndmsg has 12 bytes, its state at byte 8
            let reader = AttributeReader(reply.payload, after: 12)
            guard reply.payload[8] & 0x80 != 0 else { continue }
            let address = try #require(reader.payload(1))  // NDA_DST
            let mac = try #require(reader.payload(2))  // NDA_LLADDR
            found[IPAddress(bytes: address).description] = MACAddress(bytes: mac)
            try reader.finish()
        }
        return found
    }

    private static func dump(_ type: Int, on host: LabHost) throws -> [NetlinkMessage] {
        let session = try host.visit { try NetlinkSession(.route) }
        return try session.send(
            NetlinkRequest(type, flags: 0x300) { message in  // NLM_F_DUMP
                for _ in 0..<3 { message.put(UInt32(0)) }
            }, "dump")
    }
}

/// Real sockets, as few calls as a test needs.
enum Sockets {
    static func stream(_ family: Family) throws -> Descriptor {
        try Descriptor.socket(
            family == .ipv4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue), 0, "open a socket")
    }

    static func listener(on address: IPAddress, port: UInt16) throws -> Descriptor {
        let socket = try stream(address.family)
        let number = socket.number
        try withAddress(address, port) { pointer, length in
            _ = try system("bind to \(address)") { bind(number, pointer, length) }
        }
        try system("listen") { listen(number, 8) }
        return socket
    }

    /// Blocks for at most that many milliseconds; then EINPROGRESS (SO_SNDTIMEO, socket(7)).
    static func connect(
        _ socket: borrowing Descriptor, to address: IPAddress, port: UInt16, limit: Int = 2_000
    ) throws {
        let number = socket.number
        var patience = timeval(tv_sec: limit / 1_000, tv_usec: limit % 1_000 * 1_000)
        try system("limit connect()") {
            setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        try withAddress(address, port) { pointer, length in
            _ = try system("connect to \(address)") { Glibc.connect(number, pointer, length) }
        }
    }

    private static func withAddress(
        _ address: IPAddress, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void
    ) throws {
        var storage = sockaddr_storage()
        let isIPv4 = address.family == .ipv4
        withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.storeBytes(of: sa_family_t(isIPv4 ? AF_INET : AF_INET6), as: sa_family_t.self)
            bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
            // ip(7): the address follows the port; ipv6(7): after the flow label.
            bytes.baseAddress?.advanced(by: isIPv4 ? 4 : 8).copyMemory(
                from: address.bytes, byteCount: address.bytes.count)
        }
        let size = isIPv4 ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        try withUnsafePointer(to: &storage) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, socklen_t(size)) }
        }
    }
}
