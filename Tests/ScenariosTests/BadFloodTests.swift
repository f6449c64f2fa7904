import Model
import Testing

@testable import Scenarios

/// What people get wrong about queues and floods, and what they are told.
@Suite struct BadFloodTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// Here or in `expect` a `^` marks the place of the first error.
        var actions: String
        var expect = "- queue: { of: l, kind: half-open, peak: 0.. }"
        var says: [String]

        var testDescription: String { says[0] }
    }

    private static let cause = "faults: [{ drop: { from: client, packet: rst } }]"
    private static let connect = "- connect: { on: client, to: server, as: c"
    private static let inject = "- inject: { on: attacker, to: server, packet: syn"

    static let series = [
        Case(actions: "\(connect), every: ^1s }", says: ["'every' needs a 'count'"]),
        Case(actions: "\(connect), until: ^1s }", says: ["'until' needs a 'count'"]),
        Case(actions: "\(connect), every: ^0s, count: 2 }", says: ["'every' must be longer than 0s"]),
        Case(
            actions: "\(connect), every: ^1ms, until: 1min }",
            says: ["these are 60001 calls; at most 20000", "a longer 'every'"]),
        Case(
            actions: "\(connect), every: ^1min, count: 1441 }",
            says: ["1441 calls so far apart take longer than a day"]),
        Case(actions: "\(connect), count: ^20001 }", says: ["'count' must be from 1 to 20000"]),
        Case(actions: "\(connect), count: ^0 }", says: ["'count' must be from 1 to 20000"]),
        Case(
            actions: "\(connect), count: 2, source-port: ^65535 }",
            says: ["the source ports 65535 to 65536 run over 65535"]),
        Case(
            actions: "\(connect), count: 20000 }\n  - connect: { on: client, to: server, as: d, count: ^20000 }",
            says: ["the source ports 60000 to 79999 run over 65535", "a smaller 'count'"]),
        Case(
            actions: "\(connect), count: 2 }\n  - wait: { call: ^c#3, at-most: 1s }",
            says: ["there is no 'c#3'", "the first is c#1, the last is c#2"]),
        Case(
            actions: "\(connect), count: 2 }\n  - wait: { call: ^c#0, at-most: 1s }",
            says: ["there is no 'c#0'"]),
        Case(
            actions: "\(connect) }\n  - close: { socket: ^c#1 }",
            says: ["there is no 'c#1'", "'c' is one socket: write c"]),
        Case(
            actions: "\(connect), count: 2 }\n  - send: { socket: ^c, bytes: 1B }",
            says: ["'c' is a series of connections", "such as c#1"]),
        Case(
            actions: "\(connect), count: 2 }\n  - wait: { state: { of: ^c, is: gone }, at-most: 1s }",
            says: ["'c' is a series of connections"]),
    ]

    static let floods = [
        Case(
            actions: "\(inject), count: ^64513 }",
            says: ["64513 segments from 1 address would use a port"]),
        Case(
            actions: "\(inject), count: ^129025, sources: 2 }",
            says: ["129025 segments from 2 addresses would use a port twice", "at most 64512 for each address"]),
        Case(actions: "\(inject), count: ^10000001 }", says: ["'count' must be from 1 to 10000000"]),
        Case(actions: "\(inject), sources: ^65536 }", says: ["'sources' must be from 1 to 65535"]),
        Case(actions: "\(inject), rate: ^1000 }", says: ["'1000' is not a rate"]),
        Case(
            actions: "\(inject), count: 5000, rate: ^100/s, at-most: 49s }",
            says: ["5000 segments at 100/s take longer than 'at-most'", "they need 50s"]),
        Case(
            actions: "\(inject), count: 9000000, sources: 200, rate: ^100/s }",
            says: ["9000000 segments at 100/s take longer than a day"]),
        Case(actions: "- inject: { on: attacker, to: server, packet: ^any }", says: ["cannot be 'any'"]),
        Case(actions: "- inject: ^{ on: attacker, to: server }", says: ["'inject' needs 'packet'"]),
        Case(
            actions: "- inject: { on: ^atacker, to: server, packet: syn }",
            says: ["there is no host 'atacker'", "did you mean 'attacker'?"]),
        Case(
            actions: "- inject: { on: attacker, to: ^client, packet: syn }",
            says: ["attacker and client have no link"]),
        Case(
            actions: "- inject: { on: client, to: server, packet: syn, sources: ^2 }",
            says: ["made-up addresses lead to attacker, not to client", "say on: attacker"]),
        Case(
            actions: "- listen: { on: server, as: m }\n  - inject: ^{ on: attacker, to: server, packet: syn }",
            says: ["server listens on several ports", "say which: port: 5000"]),
    ]

    static let others = [
        Case(actions: "- listen: ^{ again: l, as: m }", says: ["'listen' takes only one of as, again"]),
        Case(actions: "- listen: ^{ on: server }", says: ["'listen' needs one of as, again"]),
        Case(actions: "- listen: ^{ as: m }", says: ["'listen' needs 'on'"]),
        Case(actions: "- listen: { again: l, on: ^server }", says: ["'on' belongs to a new listener"]),
        Case(actions: "- listen: { again: l, port: ^1 }", says: ["'port' belongs to a new listener"]),
        Case(
            actions: "- listen: { again: l, options: ^{ TCP_NODELAY: on } }",
            says: ["'options' belongs to a new listener"]),
        Case(
            actions: "\(connect) }\n  - listen: { again: ^c, backlog: 1 }",
            says: ["'c' is a connection, not a listener"]),
        Case(
            actions: "\(connect) }\n  - accept: { listener: ^c, as: s, at-most: 1s }",
            says: ["'c' is a connection, not a listener", "name the 'as' of a listen"]),
        Case(
            actions: "- accept: { listener: l, as: s, count: ^each, at-most: 1s }",
            says: ["'count' cannot be 'each'", "all"]),
        Case(actions: "- send: { socket: ^l, bytes: 1B }", says: ["'l' is a listener: nothing to send"]),
        Case(
            actions: "- receive: { socket: ^l, bytes: eof, at-most: 1s }",
            says: ["'l' is a listener: nothing to receive"]),
        Case(
            actions: "\(connect) }\n  - send: { socket: c, bytes: ^0B }",
            says: ["must be at least 1B"]),
        Case(
            actions: "- accept: { listener: l, as: s, count: all, at-most: 1s }\n  - send: { socket: ^s, bytes: 1B }",
            says: ["'s' is the name of several accepted sockets", "such as s#1"]),
        Case(
            actions: "- accept: { listener: l, as: s, at-most: 1s }\n  - send: { socket: ^s#1, bytes: 1B }",
            says: ["there is no 's#1'"]),
        Case(actions: "- close: { socket: l, await: ^no }", says: ["'close' has no 'await'", "connect"]),
        Case(actions: "- set: ^{ on: server }", says: ["'set' names no sysctl", "net.ipv4.SYSCTL: …"]),
        Case(
            actions: "- set: { on: server, net.ipv4.tcp_sack: ^default }",
            says: ["in mid-run 'net.ipv4.tcp_sack' needs a value"]),
        Case(
            actions: "- set: { on: ^nobody, net.ipv4.tcp_sack: 1 }",
            says: ["there is no host 'nobody'"]),
        Case(
            actions: "- wait: ^{ queue: { of: l, kind: half-open, is: 1 } }",
            says: ["'wait' needs 'at-most'"]),
        Case(
            actions: "- wait: { queue: { of: l, kind: half-open, is: ^-1 }, at-most: 1s }",
            says: ["'is' must be 0 or more"]),
        Case(
            actions: "\(connect) }\n  - wait: { queue: { of: ^c, kind: accept, is: 1 }, at-most: 1s }",
            says: ["'c' is a connection, not a listener"]),
        Case(
            actions: "- wait: { state: { of: ^l, is: LISTEN }, at-most: 1s }",
            says: ["'l' is a listener: nothing to wait for a state of"]),
        Case(
            actions: "\(connect) }\n  - wait: { state: { of: c, is: ^OPEN }, at-most: 1s }",
            says: ["'is' cannot be 'OPEN'"]),
        Case(actions: "- wait: { call: ^l, at-most: 1s }", says: ["it has no call to wait for"]),
    ]

    static let claims = [
        Case(
            actions: "\(connect) }", expect: "- queue: { of: ^c, kind: accept, now: 0 }",
            says: ["'c' is a connection, not a listener"]),
        Case(
            actions: "\(connect) }", expect: "- queue: ^{ of: l, kind: accept }",
            says: ["'queue' needs one of peak, now"]),
        Case(
            actions: "\(connect) }", expect: "- queue: { of: l, kind: accept, peak: ^-2..3 }",
            says: ["'peak' must be 0 or more"]),
        Case(
            actions: "\(connect) }", expect: "- call: { c: fails, in: ^send }",
            says: ["no 'send' names 'c'", "- send: { socket: c, … }"]),
        Case(
            actions: "\(connect) }", expect: "- call: { ^l: returns }",
            says: ["no connect() makes it"]),
        Case(
            actions: "\(connect), count: 2 }", expect: "- call: { ^c#3: returns }",
            says: ["there is no 'c#3'"]),
        Case(
            actions: "\(connect) }", expect: "- law: { half-open-limit: ^c }",
            says: ["'c' is a connection, not a listener", "name the 'as' of a listen"]),
        Case(
            actions: "\(connect) }", expect: "- law: { syn-retransmission: ^l }",
            says: ["'l' is a listener, and this law is about a connect()"]),
        Case(
            actions: "- accept: { listener: l, as: s, at-most: 1s }", expect: "- law: { syn-retransmission: ^s }",
            says: ["'s' is an accepted socket, and this law is about a connect()"]),
    ]

    @Test(arguments: series + floods + others + claims) func isToldWithItsPlace(_ bad: Case) throws {
        let marked = Fixture.star(head: Self.cause, actions: bad.actions, expect: bad.expect)
        let text = marked.replacing("^", with: "")
        let errors = #expect(throws: InputErrors.self) { try Fixture.scenario(text).checkPlannable() }
        let said = errors?.description ?? ""
        for words in bad.says { #expect(said.contains(words), "\(said)") }
        let before = marked.prefix { $0 != "^" }.split(separator: "\n", omittingEmptySubsequences: false)
        let place = errors?.errors[0].location.map { [$0.line, $0.column] }
        #expect(place == [before.count, (before.last?.count ?? 0) + 1], "\(said)")
    }

    @Test func aTopologyWithoutMadeUpAddressesHasNone() throws {
        let text = Fixture.text(
            actions: "- inject: { on: client, to: server, packet: syn, sources: 2 }",
            expect: "- packets: { from: client, packet: syn, count: 1 }")
        let errors = #expect(throws: InputErrors.self) { try Fixture.scenario(text).checkPlannable() }
        let said = errors?.description ?? ""
        #expect(said.contains("test.yaml:7:61: the topology pair has no made-up addresses"), "\(said)")
    }
}
