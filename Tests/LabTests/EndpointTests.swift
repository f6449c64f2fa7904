import Kernel
import Lab
import Model
import Testing

@Suite("Endpoints", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct EndpointTests {
    private struct Stage {
        let laboratory: Laboratory
        let reactor: Reactor
        let timeline = Timeline()
        let endpoints: Endpoints

        init(_ plan: Plan = Plans.pair()) throws {
            let laboratory = try Laboratory(plan)
            self.laboratory = laboratory
            reactor = try Reactor()
            endpoints = Endpoints(reactor: reactor, timeline: timeline) { try laboratory.host($0) }
        }

        func perform(_ step: Step) throws {
            switch step.action {
            case .listen(let listen): try endpoints.listen(listen)
            case .connect(let connect): try endpoints.connect(connect)
            case .accept(let accept): try endpoints.accept(accept)
            case .close(let close): try endpoints.close(close)
            default: Issue.record("not an endpoint's step")
            }
        }

        func settle(_ condition: () -> Bool) throws -> Bool {
            try reactor.run(until: condition, deadline: Clock.monotonic() + .seconds(20))
        }

        func calls(_ name: String) -> [CallEvent] {
            timeline.sorted().compactMap { event in
                if case .call(let call) = event.what, call.call == name { call } else { nil }
            }
        }
    }

    @Test("by the thousand need one thread", arguments: Family.allCases)
    func thousand(_ family: Family) throws {
        let count = 1_000
        let backlog = SysctlSetting(key: "net.core.somaxconn", value: "2000")
        let stage = try Stage(Plans.pair(family, server: [backlog]))
        try stage.perform(Plans.listen(family, backlog: 2_000))
        try stage.perform(Plans.accept(count))
        for number in 1...count { try stage.perform(Plans.connect(family, as: "c\(number)")) }
        #expect(try stage.settle { stage.endpoints.isIdle("s") && stage.endpoints.isIdle("c\(count)") })
        let connects = stage.calls("connect")
        #expect(connects.count == count && connects.allSatisfy { $0.errno == nil && $0.ended != nil })
        #expect(Set(connects.map(\.local)) == Set(stage.calls("accept").map(\.remote)))
        #expect(Set(connects.map(\.local)).count == count)
        #expect(stage.endpoints.exists("s#\(count)"))
    }

    @Test("that nobody listens for are refused")
    func refused() throws {
        let stage = try Stage()
        try stage.perform(Plans.connect(.ipv4))
        #expect(try stage.settle { stage.endpoints.isIdle("c") })
        #expect(stage.calls("connect").map(\.errno) == ["ECONNREFUSED"])
    }

    @Test("know every option that a plan may set, and no other")
    func optionTable() {
        #expect(SocketOptionTable.names == SocketOption.settable)
    }

    @Test("take options by the kernel's names, and say which it refused")
    func options() throws {
        let stage = try Stage()
        try stage.perform(Plans.connect(.ipv4, options: [SocketOption("TCP_SYNCNT", 3)]))
        let place = SourceLocation(file: "a.yaml", line: 3, column: 5)
        #expect(
            throws: LabError.optionRefused(
                socket: "d", option: "TCP_SYNCNT", value: 200, errno: "EINVAL", message: "Invalid argument",
                origin: place)
        ) {
            let step = Connect(
                host: "client", socket: "d", to: Plans.server(.ipv4), from: nil,
                options: [SocketOption("TCP_SYNCNT", 200)])
            try stage.endpoints.connect(step, origin: place)
        }
        #expect(throws: LabError.self) {
            try stage.perform(Plans.connect(.ipv4, as: "e", options: [SocketOption("TCP_NO_SUCH_THING", 1)]))
        }
    }

    @Test("give up an accept that never ends, and may accept again")
    func giveUp() throws {
        let stage = try Stage()
        try stage.perform(Plans.listen(.ipv4))
        let never = Accept(listener: "l", socket: "s", atMost: .zero)
        try stage.endpoints.accept(never)
        #expect(!stage.endpoints.isIdle("s"))
        try stage.endpoints.giveUp(never)
        #expect(stage.endpoints.isIdle("s"))
        try stage.perform(Plans.accept())
        try stage.perform(Plans.connect(.ipv4))
        #expect(try stage.settle { stage.endpoints.isIdle("s") })
        #expect(stage.calls("accept").map { $0.ended == nil } == [true, false])
    }

    @Test("that fail keep the address they had: the kernel takes the port away", arguments: Family.allCases)
    func failedAddress(_ family: Family) throws {
        let stage = try Stage(Plans.pair(family))
        try stage.perform(Plans.connect(family))
        let begun = try #require(stage.calls("connect").first?.local)
        #expect(try stage.settle { stage.endpoints.isIdle("c") })
        #expect(begun.port != 0)
        #expect(stage.calls("connect").map(\.local) == [begun])
    }

    @Test("that a thread sleeps in end like others, and have their address then", arguments: Family.allCases)
    func blocking(_ family: Family) throws {
        let stage = try Stage(Plans.pair(family))
        let call = Connect(host: "client", socket: "c", to: Plans.server(family), from: nil, blocking: true)
        try stage.endpoints.connect(call)
        #expect(try stage.settle { stage.endpoints.isIdle("c") })
        #expect(stage.calls("connect").map(\.errno) == ["ECONNREFUSED"])
        try stage.perform(Step(.close(Close(socket: "c"))))
        try stage.perform(Plans.listen(family))
        try stage.perform(Plans.accept())
        try stage.endpoints.connect(call)
        #expect(try stage.settle { stage.endpoints.isIdle("s") && stage.endpoints.isIdle("c") })
        let made = try #require(stage.calls("connect").last)
        #expect(made.errno == nil && made.local == stage.calls("accept").last?.remote)
        #expect(!stage.endpoints.isConnecting)
    }

    @Test("that a thread sleeps in can be closed, and torn down, long before their time", arguments: [false, true])
    func blockedClosed(_ asleep: Bool) throws {
        let stage = try Stage()
        let nowhere = SocketAddress(Plans.address("198.18.9.9"), Plans.port)
        for name in ["c", "d"] {
            try stage.endpoints.connect(
                Connect(host: "client", socket: name, to: nowhere, from: nil, blocking: true))
        }
        // Their threads have hardly begun, or both are in the call.
        if asleep { Clock.rest(until: Clock.monotonic() + .milliseconds(200)) }
        let began = Clock.monotonic()
        try stage.perform(Step(.close(Close(socket: "c"))))
        #expect(stage.endpoints.isIdle("c") && !stage.endpoints.exists("c") && stage.endpoints.isConnecting)
        stage.endpoints.tearDown()
        // Either call would last for minutes (tcp_syn_retries).
        #expect(Clock.monotonic() - began < .seconds(30) && !stage.endpoints.isConnecting)
        #expect(stage.calls("connect").allSatisfy { $0.ended == nil })
    }

    @Test("closed while they connect keep a call without an end")
    func closedEarly() throws {
        let stage = try Stage()
        let nowhere = SocketAddress(Plans.address("198.18.9.9"), Plans.port)
        try stage.endpoints.connect(Connect(host: "client", socket: "c", to: nowhere, from: nil))
        #expect(!stage.endpoints.isIdle("c"))
        try stage.perform(Step(.close(Close(socket: "c"))))
        #expect(stage.endpoints.isIdle("c") && !stage.endpoints.exists("c"))
        #expect(stage.calls("connect").first?.ended == nil)
        #expect(throws: (any Error).self) { try stage.perform(Step(.close(Close(socket: "c")))) }
    }
}
