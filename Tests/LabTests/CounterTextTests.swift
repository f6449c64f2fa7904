import Kernel
import Lab
import Model
import Testing

@Suite("Counters")
struct CounterTextTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let form: CounterText.Form
        let have: String
        let want: [String: Int64]

        init(_ description: String, _ form: CounterText.Form, _ have: String, _ want: [String: Int64]) {
            testDescription = description
            self.form = form
            self.have = have
            self.want = want
        }
    }

    static let examples = [
        Example("nothing", .paired, "", [:]),
        Example(
            "pairs of lines", .paired, "Tcp: RtoAlgorithm MaxConn InSegs\nTcp: 1 -1 17\nUdp: InDatagrams\nUdp: 3\n",
            ["Tcp.RtoAlgorithm": 1, "Tcp.MaxConn": -1, "Tcp.InSegs": 17, "Udp.InDatagrams": 3]),
        Example("no line end at the end", .paired, "Tcp: InSegs\nTcp: 17", ["Tcp.InSegs": 17]),
        Example("names without values", .paired, "Tcp: InSegs\n", [:]),
        Example("values of another group", .paired, "Tcp: InSegs\nUdp: 3\n", [:]),
        Example("a group that only begins alike", .paired, "Tcp: InSegs\nTcp:3 4\nTcpExt: 5\n", [:]),
        Example("no group at all", .paired, "Tcp InSegs\nTcp 17\n", [:]),
        Example(
            "names alone before a pair", .paired, "Ip: InReceives\nTcp: InSegs\nTcp: 17\n", ["Tcp.InSegs": 17]),
        Example(
            "the same group twice", .paired, "Tcp: InSegs\nTcp: 17\nTcp: OutSegs\nTcp: 18\n",
            ["Tcp.InSegs": 17, "Tcp.OutSegs": 18]),
        Example("too few values", .paired, "Tcp: InSegs OutSegs\nTcp: 17\n", ["Tcp.InSegs": 17]),
        Example("too few names", .paired, "Tcp: InSegs\nTcp: 17 18\n", ["Tcp.InSegs": 17]),
        Example(
            "more than one blank", .paired, "Tcp:  InSegs  OutSegs \nTcp:  17  18 \n",
            [
                "Tcp.InSegs": 17, "Tcp.OutSegs": 18,
            ]),
        Example(
            "what is no number", .paired, "Tcp: A B C D E\nTcp: - 1a 0x2 one 5\n", ["Tcp.E": 5]),
        Example(
            "the greatest and the least number", .paired,
            "Tcp: A B C D E\n"
                + "Tcp: 9223372036854775807 9223372036854775808 18446744073709551615 "
                + "-9223372036854775808 -9223372036854775809\n",
            ["Tcp.A": .max, "Tcp.D": .min]),
        Example(
            "one to a line", .plain,
            "Ip6InReceives                   \t12\nUdpLite6InErrors \t3\nUdp6InErrors \t4\nIcmp6InType135\t5\n",
            ["Ip6.InReceives": 12, "UdpLite6.InErrors": 3, "Udp6.InErrors": 4, "Icmp6.InType135": 5]),
        Example(
            "lines that count nothing", .plain, "Nonsense\nNonsense 1\nIp6InReceives\nIp6InDiscards\t2\n",
            ["Ip6.InDiscards": 2]),
    ]

    @Test("are found in", arguments: examples)
    func example(_ example: Example) {
        var text = CounterText(example.form)
        #expect(text.counters(example.have) == example.want)
        #expect(text.counters(example.have) == example.want, "when the names are known")
    }

    @Test("that nobody wants are left out")
    func wanted() {
        var text = CounterText(.paired, wanted: ["Tcp.InSegs", "Udp.InErrors", "Udp.NoSuchThing"])
        let names = (tcp: "Tcp: MaxConn InSegs OutSegs", udp: "Udp: InDatagrams InErrors")
        for number in Int64(1)...2 {
            let counters = text.counters("\(names.tcp)\nTcp: -1 \(number) 18\n\(names.udp)\nUdp: 3 \(number + 4)\n")
            #expect(counters == ["Tcp.InSegs": number, "Udp.InErrors": number + 4])
        }
    }

    /// IcmpMsg and Icmp6InType135 appear when such a message has come for the first time.
    @Test("are told by their own names when these change between two readings", arguments: [nil, ["Tcp.InSegs"]])
    func change(_ wanted: Set<String>?) {
        let readings: [(have: String, want: [String: Int64])] = [
            (
                "Ip: InReceives\nIp: 1\nTcp: InSegs OutSegs\nTcp: 2 3\n",
                ["Ip.InReceives": 1, "Tcp.InSegs": 2, "Tcp.OutSegs": 3]
            ),
            (
                "Ip: InReceives\nIp: 4\nIcmpMsg: InType3\nIcmpMsg: 5\nTcp: InSegs OutSegs\nTcp: 6 7\n",
                ["Ip.InReceives": 4, "IcmpMsg.InType3": 5, "Tcp.InSegs": 6, "Tcp.OutSegs": 7]
            ),
            (
                "Ip: InReceives\nIp: 8\nIcmpMsg: InType0 InType3\nIcmpMsg: 9 10\nTcp: OutSegs InSegs\nTcp: 11 12\n",
                ["Ip.InReceives": 8, "IcmpMsg.InType0": 9, "IcmpMsg.InType3": 10, "Tcp.InSegs": 12, "Tcp.OutSegs": 11]
            ),
            ("Tcp: InSegs\nTcp: 13\n", ["Tcp.InSegs": 13]),
            ("Udp: InSegs\nUdp: 14\nTcp: InSegs\nTcp: 15\n", ["Udp.InSegs": 14, "Tcp.InSegs": 15]),
        ]
        var text = CounterText(.paired, wanted: wanted)
        for (have, want) in readings {
            #expect(text.counters(have) == want.filter { wanted?.contains($0.key) ?? true })
        }
    }

    @Test("one to a line, too, when there is a new line between")
    func changeOfLines() {
        var text = CounterText(.plain)
        #expect(text.counters("Ip6InReceives\t1\nUdp6InErrors\t2\n") == ["Ip6.InReceives": 1, "Udp6.InErrors": 2])
        #expect(
            text.counters("Ip6InReceives\t3\nIcmp6InType135\t4\nUdp6InErrors\t5\n") == [
                "Ip6.InReceives": 3, "Icmp6.InType135": 4, "Udp6.InErrors": 5,
            ])
        #expect(text.counters("Ip6InReceives\t6\nUdp6InErrors\t7\n") == ["Ip6.InReceives": 6, "Udp6.InErrors": 7])
    }

    @Test(
        "of this machine are read as a plain reader reads them",
        arguments: [("netstat", CounterText.Form.paired), ("snmp", .paired), ("snmp6", .plain)])
    func thisMachine(_ name: String, _ form: CounterText.Form) throws {
        // A kernel without IPv6 has no snmp6.
        guard let have = try? TextFile.read("/proc/thread-self/net/\(name)") else { return }
        let want = form.plainly(have)
        #expect(want.count > 10)

        var text = CounterText(form)
        #expect(text.counters(have) == want)
        #expect(text.counters(have) == want, "when the names are known")

        let watched = Set(QueueSample.watched)
        var fewer = CounterText(form, wanted: watched)
        #expect(fewer.counters(have) == want.filter { watched.contains($0.key) })
    }
}

extension CounterText {
    fileprivate mutating func counters(_ text: String) -> [String: Int64] {
        var counters: [String: Int64] = [:]
        read(Array(text.utf8), into: &counters)
        return counters
    }
}

extension CounterText.Form {
    /// What is to be found, word by word and without any memory.
    fileprivate func plainly(_ text: String) -> [String: Int64] {
        var counters: [String: Int64] = [:]
        let lines = text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
        switch self {
        case .paired:
            for (names, values) in zip(lines, lines.dropFirst()) where names[0] == values[0] {
                for (name, value) in zip(names, values).dropFirst() {
                    counters["\(names[0].dropLast()).\(name)"] = Int64(value)
                }
            }
        case .plain:
            for words in lines {
                let group = ["UdpLite6", "Icmp6", "Udp6", "Ip6"].first { words[0].hasPrefix($0) } ?? ""
                counters["\(group).\(words[0].dropFirst(group.count))"] = Int64(words[1])
            }
        }
        return counters
    }
}
