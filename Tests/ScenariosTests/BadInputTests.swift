import Model
import Testing

@testable import Scenarios

/// What people get wrong, and what they are told.
@Suite struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        /// Line:column of the first error; `nil` where only the file can be named.
        var place: String?
        var says: [String]

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "unknown key", text: Fixture.text(head: "sumary: x"), place: "3:1",
            says: ["unknown key 'sumary'", "did you mean 'summary'?"]),
        Case(
            name: "unknown verb", text: Fixture.text(actions: "- conect: { on: client, to: server, as: c }"),
            place: "7:5", says: ["unknown word 'conect'", "did you mean 'connect'?"]),
        Case(
            name: "unknown parameter", text: Fixture.text(faults: "- drop: { form: client, packet: syn }"),
            place: "5:13", says: ["unknown key 'form' in 'drop'", "did you mean 'from'?"]),
        Case(
            name: "wrong type", text: Fixture.text(head: "actions: connect"), place: "6:1",
            says: ["the key 'actions' is given twice; first on line 3"]),
        Case(
            name: "a word where a list belongs",
            text: "summary: A test.\ntopology: pair\nfaults: syn\nactions: [a]\nexpect: []\n", place: "3:9",
            says: ["'faults' must be a list", "not 'syn'", "- drop: { from: …, to: … }"]),
        Case(
            name: "bare number", text: Fixture.text(head: "deadline: 20"), place: "3:11",
            says: ["the number 20 needs a unit", "write 20ms or 20s"]),
        Case(
            name: "no initial RTO at all", text: Fixture.text(head: "initial-rto: 0s"), place: "3:14",
            says: ["'initial-rto' must be more than 0s and at most 120s"]),
        Case(
            name: "an initial RTO that the kernel would cut", text: Fixture.text(head: "initial-rto: 121s"),
            place: "3:14", says: ["'initial-rto' must be more than 0s and at most 120s"]),
        Case(
            name: "a cause that is not there", text: Fixture.text(head: "without: { initial-rto: default }"),
            place: "3:25", says: ["this scenario sets no initial-rto"]),
        Case(
            name: "a cause with a value",
            text: Fixture.text(head: "initial-rto: 1s\nwithout: { initial-rto: 2s }"), place: "4:25",
            says: ["default"]),
        Case(
            name: "bare number in an option",
            text: Fixture.text(
                actions: "- connect: { on: client, to: server, as: c, options: { TCP_USER_TIMEOUT: 500 } }"),
            place: "7:76", says: ["the number 500 needs a unit"]),
        Case(
            name: "unknown unit", text: Fixture.text(head: "deadline: 20sec"), place: "3:11",
            says: ["'sec' is not a unit here", "ns, us, ms, s, min"]),
        Case(
            name: "unknown law", text: Fixture.text(expect: "- law: { syn-retransmision: c }"), place: "10:12",
            says: ["there is no law 'syn-retransmision'", "did you mean 'syn-retransmission'?"]),
        Case(
            name: "a sysctl by its last name",
            text: Fixture.text(head: "sysctls: { client: { tcp_syn_retries: 2 } }"), place: "3:22",
            says: ["did you mean 'net.ipv4.tcp_syn_retries'?"]),
        Case(
            name: "a sysctl by its path",
            text: Fixture.text(head: "sysctls: { client: { net/ipv4/tcp_syn_retries: 2 } }"), place: "3:22",
            says: ["did you mean 'net.ipv4.tcp_syn_retries'?"]),
        Case(
            name: "a counter without its table",
            text: Fixture.text(expect: "- counters: { client: { TCPTimeouts: +1 } }"), place: "10:27",
            says: ["did you mean 'TcpExt.TCPTimeouts'?"]),
        Case(
            name: "a fault that has no name",
            text: Fixture.text(actions: "- fault: { off: drop }"), place: "7:19",
            says: ["there is no fault 'drop'", "name: drop"]),
        Case(
            name: "unknown host", text: Fixture.text(faults: "- drop: { from: cleint, packet: syn }"),
            place: "5:19", says: ["there is no host 'cleint'", "did you mean 'client'?"]),
        Case(
            name: "unknown host of a sysctl", text: Fixture.text(head: "sysctls: { sever: { net.ipv4.tcp_sack: 1 } }"),
            place: "3:12", says: ["there is no host 'sever'", "did you mean 'server'?"]),
        Case(
            name: "unknown target",
            text: Fixture.text(actions: "- connect: { on: client, to: nobdy, as: c }"), place: "7:32",
            says: ["there is no host 'nobdy'"]),
        Case(
            name: "unknown topology", text: "summary: x\ntopology: pairs\n", place: "1:1",
            says: ["needs 'actions'", "there is no topology 'pairs'", "did you mean 'pair'?"]),
        Case(
            name: "duplicate socket",
            text: Fixture.text(
                actions: "- listen: { on: server, as: c }\n  - connect: { on: client, to: server, as: c }"),
            place: "8:44", says: ["the socket 'c' is named twice; first on line 7"]),
        Case(
            name: "duplicate key in braces", text: Fixture.text(faults: "- drop: { from: client, from: server }"),
            place: "5:13", says: ["the key 'from' is given twice"]),
        Case(
            name: "a socket that nobody opens", text: Fixture.text(expect: "- call: { d: returns }"), place: "10:13",
            says: ["there is no socket 'd'"]),
        Case(
            name: "a socket used too early",
            text: Fixture.text(
                actions: "- close: { socket: c }\n  - connect: { on: client, to: server, as: c }"),
            place: "7:22", says: ["'c' is used before it is there (line 8)"]),
        Case(
            name: "no cause",
            text: """
                summary: A test.
                topology: pair
                actions:
                  - connect: { on: client, to: server, as: c }
                expect:
                  - call: { c: returns }
                """, place: "4:3", says: ["the scenario has no cause", "without: { action: NAME }"]),
        Case(
            name: "unknown part of an answer", text: Fixture.text(head: "answer: { happens: x, becuase: y }"),
            place: "3:23", says: ["unknown key 'becuase'", "did you mean 'because'?"]),
        Case(
            name: "an answer that says nothing", text: Fixture.text(head: "answer: { because: x }"), place: "3:9",
            says: ["'answer' needs 'happens'"]),
        Case(name: "empty file", text: "\n# nothing\n", place: nil, says: ["test.yaml: the file is empty"]),
        Case(name: "binary file", text: "summary: \u{0}\u{1}", place: nil, says: ["this is not a text file"]),
        Case(
            name: "alias bomb", text: "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", place: "1:4",
            says: ["YAML anchors are not accepted"]),
        Case(
            name: "two documents", text: Fixture.text() + "\n---\nsummary: x\n", place: "11:1",
            says: ["a second document begins here"]),
        Case(
            name: "tab", text: "summary: x\nfaults:\n\t- drop: {}\n", place: "3:1",
            says: ["a tab in the indentation", "spaces only"]),
        Case(
            name: "not a mapping", text: "- summary: x\n", place: "1:1", says: ["must be a mapping of keys, not a list"]
        ),
        Case(
            name: "nested too deeply", text: "a: " + String(repeating: "[", count: 5000), place: "1:20",
            says: ["nested too deeply"]),
        Case(name: "not YAML", text: "summary: a: b\n", place: "1:11", says: ["this is not YAML"]),
        Case(
            name: "a bracket left open", text: "summary: [a\ntopology: pair\n", place: "2:1",
            says: ["opened on line 1 is not closed"]),
        Case(
            name: "two verbs in one line",
            text: Fixture.text(actions: "- listen: { on: server, as: l }\n    await: no"), place: "8:5",
            says: ["'await' stands beside 'listen'", "its parameters go inside"]),
        Case(
            name: "a wait without a limit",
            text: Fixture.text(actions: "- connect: { on: client, to: server, as: c }\n  - wait: { call: c }"),
            place: "8:11", says: ["'wait' needs 'at-most'"]),
        Case(
            name: "share without a seed",
            text: Fixture.text(faults: "- drop: { from: client, packet: syn, share: 5% }"),
            place: "5:47", says: ["'share' needs a seed"]),
        Case(
            name: "an unknown option",
            text: Fixture.text(actions: "- connect: { on: client, to: server, as: c, options: { TCP_SYNCT: 2 } }"),
            place: "7:58", says: ["unknown key 'TCP_SYNCT'", "did you mean 'TCP_SYNCNT'?"]),
        Case(
            name: "an unknown errno", text: Fixture.text(expect: "- call: { c: fails, errno: ETIMEOUT }"),
            place: "10:30", says: ["'errno' cannot be 'ETIMEOUT'", "did you mean 'ETIMEDOUT'?"]),
    ]

    @Test(arguments: cases) func isToldWithItsPlace(_ bad: Case) throws {
        let errors = try #require(Fixture.complaint(bad.text), "nothing was said")
        let text = errors.description
        for words in bad.says { #expect(text.contains(words), "\(text)") }
        let place = errors.errors[0].location.map { "\($0.line):\($0.column)" }
        #expect(place == bad.place, "\(text)")
        #expect(text.split(separator: "\n").count <= 24, "more than a screen")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 160 }, "\(text)")
    }

    @Test func severalErrorsAreToldTogetherByLine() throws {
        let text = Fixture.text(head: "deadline: 5\nalone: perhaps", expect: "- law: { nonsense: c }")
        let errors = try #require(Fixture.complaint(text))
        #expect(errors.errors.compactMap { $0.location?.line } == [3, 4, 11])
    }

    @Test func tooManyErrorsEndInANumber() throws {
        let head = (1...20).map { "key\($0): x" }.joined(separator: "\n")
        let errors = try #require(Fixture.complaint(Fixture.text(head: head)))
        #expect(errors.errors.count == 20)
        #expect(errors.description.hasSuffix("… and 15 more"))
    }

    @Test func theSourceLineIsShownWithACaret() throws {
        let errors = try #require(Fixture.complaint(Fixture.text(head: "deadline: 20")))
        #expect(
            errors.description == """
                test.yaml:3:11: 'deadline': the number 20 needs a unit
                  3 | deadline: 20
                    |           ^
                  write 20ms or 20s
                """)
    }

    @Test func aHugeFileIsRefusedUnread() throws {
        let errors = try #require(Fixture.complaint([UInt8](repeating: 0x61, count: 10_000_000)))
        #expect(errors.description.contains("the file has 10000000 bytes; the limit is 256 KiB"))
    }

    @Test func textThatIsNotUTF8IsRefused() throws {
        let errors = try #require(Fixture.complaint([0x61, 0xFF, 0xFE]))
        #expect(errors.description.contains("not a text file"))
    }
}
