import Foundation
import Testing

/// Bad input ends with status 64, a place in the file where there is one, and at most a screen of text.
@Suite struct InputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        /// What the error must say.
        var says: [String]

        var testDescription: String { name }
    }

    static let good = """
        summary: Every SYN is lost.
        question: How long?
        topology: pair
        sysctls:
          client: { net.ipv4.tcp_syn_retries: 2 }
        faults:
          - drop: { from: client, packet: syn }
        actions:
          - listen: { on: server, as: l }
          - connect: { on: client, to: server, as: c }
        expect:
          - law: { syn-retransmission: c }
        """

    static func bent(_ name: String, _ old: String, _ new: String, _ says: String...) -> Case {
        precondition(good.contains(old), "bug: '\(old)' is not in the good scenario")
        return Case(name: name, text: good.replacingOccurrences(of: old, with: new), says: says)
    }

    static let cases = [
        bent("unknown key", "question:", "qestion:", "bad.yaml:2:1", "qestion", "question"),
        bent("wrong type", "as: c }", "as: [c] }", "bad.yaml:10:"),
        bent("bare number", "syn }\n", "syn }\ndeadline: 3\n", "bad.yaml:8:", "3s"),
        bent("unknown law", "syn-retransmission", "syn-retransmision", "bad.yaml:12:", "syn-retransmission"),
        bent(
            "unknown counter", "law: { syn-retransmission: c }", "counters: { client: { TcpExt.TCPTimeoutz: +2 } }",
            "bad.yaml:12:27", "TcpExt.TCPTimeoutz", "did you mean 'TcpExt.TCPTimeouts'?"),
        bent("unknown host", "on: client", "on: cleint", "bad.yaml:10:", "client"),
        bent("unknown sysctl", "tcp_syn_retries", "tcp_syn_retrys", "bad.yaml:5:", "tcp_syn_retries"),
        bent("duplicate name", "as: c }", "as: l }", "bad.yaml:10:"),
        bent("no cause", "faults:\n  - drop: { from: client, packet: syn }\n", "", "bad.yaml", "without"),
        Case(name: "empty file", text: "", says: ["bad.yaml", "empty"]),
        Case(name: "binary file", text: "\u{0}\u{1}\u{2}ELF\u{0}", says: ["bad.yaml"]),
        Case(name: "10 MB", text: String(repeating: "# filler filler\n", count: 655_360), says: ["bad.yaml"]),
        Case(name: "alias bomb", text: bomb, says: ["bad.yaml"]),
    ]

    /// Nine levels, each ten of the one before: a billion nodes for a parser that follows.
    static let bomb: String = {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return text
    }()

    @Test("bad scenario files", arguments: cases)
    func refused(_ wanted: Case) throws {
        let folder = try Folder()
        let path = try folder.write("bad.yaml", Data(wanted.text.utf8))
        let result = try Program.run(["validate", path])
        #expect(result.status == 64, "\(result.output)\(result.errors)")
        for words in wanted.says { #expect(result.errors.contains(words), "\(words) in: \(result.errors)") }
        #expect(result.errors.split(separator: "\n").count <= 24)
    }

    @Test("the good one is accepted")
    func accepted() throws {
        let folder = try Folder()
        let result = try Program.run(["validate", folder.write("good.yaml", Data(Self.good.utf8))])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    @Test(
        "bad usage",
        arguments: [
            ["run", "no-such-scenario"], ["run", "--no-such-option"], ["judge", "no-such-file"],
            ["compare", "no-such-file", "no-other"], ["compare", "--kernel", "6.1", "connect-timeout"],
            ["run", "connect-timeout", "--twice"], ["run", "connect-timeout", "--console"],
            ["run", "connect-timeout", "--kernel", "6.1", "--hold"], ["kernels", "remove", "no-such-kernel"],
            ["explain", "no-such-scenario"], ["judge", ".", "--ladder", "--format", "json"],
        ])
    func usage(_ arguments: [String]) throws {
        let result = try Program.run(arguments)
        #expect(result.status == 64)
        #expect(!result.errors.isEmpty)
    }
}
