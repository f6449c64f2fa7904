import Model
import Testing

@Suite("A series of connect()")
struct ConnectTests {
    private static func connect(_ series: Connect.Series?, port: UInt16? = 40_000) -> Connect {
        let (client, server) = (IPAddress(bytes: [198, 18, 0, 1]), IPAddress(bytes: [198, 18, 0, 2]))
        return Connect(
            host: "client", socket: "c", to: SocketAddress(server, 5000), from: port.map { SocketAddress(client, $0) },
            options: [SocketOption("TCP_SYNCNT", 2)], series: series)
    }

    @Test("is one call where there is none")
    func one() {
        let connect = Self.connect(nil)
        #expect(connect.calls == [connect])
    }

    @Test("has a name and a port for each of its calls, and all else from the first")
    func several() {
        let calls = Self.connect(.init(count: 3, every: .milliseconds(50))).calls
        #expect(calls.map(\.socket) == ["c#1", "c#2", "c#3"])
        #expect(calls.map { $0.from?.port } == [40_000, 40_001, 40_002])
        #expect(calls.allSatisfy { $0.series == nil && $0.options.count == 1 && $0.to.port == 5000 })
        #expect(Self.connect(.init(count: 2), port: nil).calls.allSatisfy { $0.from == nil })
        #expect(Self.connect(.init(count: 2), port: 65_534).calls.last?.from?.port == 65_535)
    }

    @Test("starts no call later than it may")
    func until() {
        func most(_ count: Int, _ every: Nanoseconds?, _ until: Nanoseconds?) -> Int {
            Connect.Series(count: count, every: every, until: until).most
        }
        #expect(most(10, .seconds(1), .milliseconds(2500)) == 3)
        #expect(most(10, .seconds(1), .seconds(3)) == 4, "one may start at that very time")
        #expect(most(2, .seconds(1), .seconds(3)) == 2)
        #expect(most(10, .seconds(1), nil) == 10)
        #expect(most(10, nil, .seconds(1)) == 10, "how many will be is not known before")
        #expect(most(10, .zero, .seconds(1)) == 10)
        #expect(most(10, .seconds(5), .seconds(1)) == 1)
    }
}
