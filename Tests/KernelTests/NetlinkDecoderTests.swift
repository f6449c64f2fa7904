import Model
import Testing

@testable import Kernel

@Suite("Netlink replies")
struct NetlinkDecoderTests {
    /// A reply with a fixed header of 4 bytes, a number, a text, an unknown attribute and a nest of two numbers.
    private static let sample = NetlinkRequest(24) { message in
        message.put(UInt32(0xCAFE))
        message.put(1, UInt32(7))
        message.put(2, "veth")
        message.put(99, [1, 2, 3])
        message.nest(3) { inner in
            inner.put(1, UInt16(5))
            inner.put(1, UInt16(6))
        }
    }

    private func payload() throws -> [UInt8] {
        let messages = try NetlinkMessage.messages(in: Self.sample.bytes)
        return try #require(messages.first).payload
    }

    @Test("are read by type, whatever else is there")
    func reads() throws {
        let reader = AttributeReader(try payload(), after: 4)
        #expect(reader.fixed(as: UInt32.self) == 0xCAFE)
        #expect(reader.uint32(1) == 7)
        #expect(reader.string(2) == "veth")
        #expect(reader.nested(3)?.attributes.map(\.payload) == [[5, 0], [6, 0]])
        #expect(reader.uint32(4) == nil)
        #expect(reader.attributes.map(\.type) == [1, 2, 99, 3])
        try reader.finish()
    }

    @Test("of another length than asked for are trouble, and trouble stays")
    func exactLengths() throws {
        let reader = AttributeReader(try payload(), after: 4)
        #expect(reader.uint64(1) == nil)
        #expect(reader.string(2) == nil, "after the first trouble nothing is believed")
        let trouble = #expect(throws: NetlinkFormatError.self) { try reader.finish() }
        #expect(trouble?.description == "attribute 1 has 4 bytes, not 8")
    }

    @Test("with trouble inside a nest are trouble outside")
    func nestedTrouble() throws {
        let reader = AttributeReader(try payload(), after: 4)
        #expect(reader.nested(3)?.uint32(1) == nil)
        #expect(throws: NetlinkFormatError.self) { try reader.finish() }
    }

    @Test("without the end of a text are trouble")
    func endlessText() throws {
        let reader = AttributeReader(try payload(), after: 4)
        #expect(reader.string(99) == nil)
        #expect(throws: NetlinkFormatError.self) { try reader.finish() }
    }

    @Test("cut short anywhere are trouble, not nonsense", arguments: 1..<sample.bytes.count)
    func truncatedDatagram(_ length: Int) throws {
        #expect(throws: NetlinkFormatError.self) {
            try NetlinkMessage.messages(in: Array(Self.sample.bytes.prefix(length)))
        }
    }

    @Test("whose attributes are cut short never give more than was there")
    func truncatedAttributes() throws {
        let whole = try payload()
        // A cut right after an attribute, or in the padding behind it, takes nothing away.
        var harmless: Set = [4]
        var offset = 4
        for attribute in AttributeReader(whole, after: 4).attributes {
            let end = offset + 4 + attribute.payload.count
            offset = AttributeReader.aligned(end)
            harmless.formUnion(end...offset)
        }
        for length in 0..<whole.count {
            let reader = AttributeReader(Array(whole.prefix(length)), after: 4)
            #expect((reader.trouble == nil) == harmless.contains(length), "\(length) bytes")
        }
    }

    @Test("come several in a datagram, the last one without padding")
    func severalMessages() throws {
        let odd = NetlinkRequest(16) { $0.put(UInt32(1)) }.bytes
        let last: [UInt8] = [18, 0, 0, 0, 17, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0xAA, 0xBB]
        let messages = try NetlinkMessage.messages(in: odd + odd + last)
        #expect(messages.map(\.type) == [16, 16, 17])
        #expect(messages.last?.payload == [0xAA, 0xBB])
        #expect(messages.last?.sequence == 9)
    }

    @Test("that are empty are no messages")
    func emptyDatagram() throws { #expect(try NetlinkMessage.messages(in: []).isEmpty) }

    @Test("that refuse carry the kernel's words and the attribute they are about")
    func extendedAcknowledgement() {
        let error: [UInt8] = [
            0xEA, 0xFF, 0xFF, 0xFF,  // -22: EINVAL
            0x34, 0, 0, 0, 24, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0,  // the request's header; its payload is capped
            0x0B, 0, 1, 0, 0x4E, 0x6F, 0x20, 0x77, 0x61, 0x79, 0, 0,  // NLMSGERR_ATTR_MSG "No way", NUL, padding
            0x08, 0, 2, 0, 28, 0, 0, 0,  // NLMSGERR_ATTR_OFFS 28
        ]
        // NLMSG_ERROR, with NLM_F_CAPPED and NLM_F_ACK_TLVS
        let message = NetlinkMessage(type: 2, flags: 0x300, sequence: 1, port: 1, payload: error)
        let answer = Acknowledgement(message, of: Self.sample)
        #expect(answer.errno == 22)
        #expect(answer.words == "No way; attribute 2 at byte 28 of the request")
    }

    @Test("that quote the request are read past the quotation")
    func uncappedAcknowledgement() {
        let error: [UInt8] =
            [0xEA, 0xFF, 0xFF, 0xFF] + [24, 0, 0, 0, 24, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0] + [
                8, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0,
            ]
            + [0x0B, 0, 1, 0, 0x4E, 0x6F, 0x20, 0x77, 0x61, 0x79, 0, 0]
        let message = NetlinkMessage(type: 2, flags: 0x200, sequence: 1, port: 1, payload: error)
        #expect(Acknowledgement(message, of: Self.sample).words == "No way")
    }

    private func reply(
        _ type: UInt16, flags: UInt16 = 0, sequence: UInt32 = 5, port: UInt32 = 77, _ payload: [UInt8] = [0, 0, 0, 0]
    ) -> NetlinkMessage {
        NetlinkMessage(type: type, flags: flags, sequence: sequence, port: port, payload: payload)
    }

    @Test("of another exchange are passed over")
    func strangers() throws {
        var exchange = Exchange(Self.sample, "ask", sequence: 5, port: 77)
        #expect(try exchange.take(reply(16)) == .unfinished)
        #expect(try exchange.take(reply(16, sequence: 4)) == .unfinished)
        #expect(try exchange.take(reply(2, sequence: 4, [0xEA, 0xFF, 0xFF, 0xFF])) == .unfinished)
        #expect(try exchange.take(reply(3, port: 78)) == .unfinished)
        #expect(try exchange.take(reply(3)) == .replies([reply(16)]))
    }

    @Test("of a dump that was disturbed are not believed")
    func disturbed() throws {
        var exchange = Exchange(Self.sample, "ask", sequence: 5, port: 77)
        #expect(try exchange.take(reply(16, flags: 0x12)) == .unfinished)  // NLM_F_MULTI | NLM_F_DUMP_INTR
        #expect(try exchange.take(reply(16, flags: 0x02)) == .unfinished)
        #expect(try exchange.take(reply(3, flags: 0x02)) == .disturbed)
    }

    @Test("that end a dump with an errno are a refusal")
    func refusedDump() throws {
        var exchange = Exchange(Self.sample, "ask", sequence: 5, port: 77)
        let error = #expect(throws: KernelError.self) { try exchange.take(reply(3, [0xFF, 0xFF, 0xFF, 0xFF])) }
        #expect(error == KernelError("ask", errno: 1))
    }

    @Test("about sockets become states", arguments: [(UInt8(2), "198.18.0.1"), (10, "::ffff:198.18.0.1")])
    func socketState(_ family: UInt8, _ text: String) throws {
        let address: [UInt8] =
            family == 2
            ? [198, 18, 0, 1] + [UInt8](repeating: 0, count: 12)
            : [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 198, 18, 0, 1]
        let payload: [UInt8] =
            [family, 2, 1, 3]  // SYN_SENT, the retransmission timer, 3 retransmissions
            + [0x9C, 0x40, 0x13, 0x88]  // ports 40000 and 5000
            + address + address + [0, 0, 0, 0] + [1, 0, 0, 0, 2, 0, 0, 0]  // any interface, cookie
            + [0xD0, 0x07, 0, 0]  // 2,000 ms
            + [4, 0, 0, 0] + [5, 0, 0, 0] + [0, 0, 0, 0] + [6, 0, 0, 0]  // queues, user, inode
        let state = try SocketState(NetlinkMessage(type: 20, flags: 2, sequence: 1, port: 1, payload: payload))
        let expected = SocketAddress(IPAddress(bytes: [198, 18, 0, 1]), 40_000)
        #expect(state.local == expected, "\(text)")
        #expect(state.remote.port == 5_000)
        #expect(state.state == "SYN_SENT")
        #expect(state.timer == "retransmit")
        #expect(state.expires == .seconds(2))
        #expect(state.retransmits == 3)
        #expect(state.receiveQueue == 4)
        #expect(state.sendQueue == 5)
    }

    /// `left` is what its timer still has to go, in milliseconds.
    private func request(retransmits: UInt8, left: UInt16, from peer: [UInt8] = [198, 19, 0, 9]) -> NetlinkMessage {
        let zeros = [UInt8](repeating: 0, count: 12)
        let payload: [UInt8] =
            [2, 3, 1, retransmits]  // AF_INET, SYN_RECV, the retransmission timer
            + [0x13, 0x88, 0x04, 0x00]  // ports 5000 and 1024
            + [198, 18, 0, 2] + zeros + peer + zeros + [0, 0, 0, 0] + [1, 0, 0, 0, 2, 0, 0, 0]
            + [UInt8(left & 0xFF), UInt8(left >> 8), 0, 0] + [UInt8](repeating: 0, count: 16)
        return NetlinkMessage(type: 20, flags: 2, sequence: 1, port: 1, payload: payload)
    }

    @Test(
        "about request sockets tell their age until the first timer has gone off",
        arguments: [(0, 1_000, 0), (0, 996, 4), (0, 0, 1_000), (0, 1_001, nil), (1, 1_000, nil), (2, 3_500, nil)]
            as [(UInt8, UInt16, Int64?)])
    func requestAge(retransmits: UInt8, left: UInt16, age: Int64?) throws {
        let found = try RequestSocket(request(retransmits: retransmits, left: left), firstTimeout: .seconds(1))
        #expect(found.localPort == 5_000)
        #expect(found.age == age.map { .milliseconds($0) })
    }

    @Test("about request sockets whose initial RTO is 3 s do not make them young again when 1 s is left")
    func requestAgeOfAnotherTimer() throws {
        let found = try RequestSocket(request(retransmits: 0, left: 996), firstTimeout: .seconds(3))
        #expect(found.age == .milliseconds(2_004))
    }

    @Test("about request sockets tell whether their peer is made up")
    func madeUp() throws {
        let prefix = Prefix(IPAddress(bytes: [198, 19, 0, 0]), 16)
        #expect(try RequestSocket.isOne(request(retransmits: 0, left: 9), from: prefix))
        #expect(try !RequestSocket.isOne(request(retransmits: 0, left: 9, from: [198, 18, 0, 1]), from: prefix))
        var established = request(retransmits: 0, left: 9)
        established.payload[1] = 1
        #expect(try !RequestSocket.isOne(established, from: prefix))
        #expect(throws: NetlinkFormatError.self) {
            try RequestSocket.isOne(
                NetlinkMessage(type: 20, flags: 2, sequence: 1, port: 1, payload: [2, 3, 1]), from: prefix)
        }
    }
}
