import Model
import Oracle
import Testing

@Suite("The facts of two kernels compared") struct FactsComparisonTests {
    private static func changes(_ change: (inout Facts) -> Void) throws -> [Change] {
        try ComparisonFixture.changes { change(&$0.facts) }.filter { $0.instance == nil }
    }

    private static func explanation(_ before: (inout Facts) -> Void, _ after: (inout Facts) -> Void) throws
        -> Explanation
    {
        let changes = try ComparisonFixture.changes(
            ComparisonFixture.bent { before(&$0.facts) }, ComparisonFixture.bent { after(&$0.facts) })
        return try #require(changes.first { $0.instance == nil }).explanation
    }

    @Test("from 6.1 to 6.12, and back, nothing is unexplained")
    func real() throws {
        let (old, new) = (try ComparisonFixture.kernel("6.1.192"), try ComparisonFixture.kernel("6.12.117"))
        for (before, after) in [(old, new), (new, old)] {
            let comparison = try Comparison(
                of: [ComparisonFixture.bent { $0.facts = before }], with: [ComparisonFixture.bent { $0.facts = after }])
            let facts = comparison.changes.filter { $0.instance == nil }
            #expect(facts.count == 61)
            #expect(facts.allSatisfy { $0.isExplained }, "\(facts.filter { !$0.isExplained })")
        }
    }

    @Test("a default that nobody knows of is unexplained")
    func sysctls() throws {
        let changes = try Self.changes { facts in
            facts.sysctls["net.ipv4.tcp_fin_timeout"] = "60"
            facts.sysctls[SynRetransmission.maximumKey] = "60000"
        }
        #expect(changes.map(\.what) == ["net.ipv4.tcp_fin_timeout", SynRetransmission.maximumKey])
        #expect(changes.map(\.before) == [nil, "120000"])
        #expect(changes.allSatisfy { !$0.isExplained })
    }

    @Test("what is scaled by memory is explained by other memory only, and in its direction")
    func memory() throws {
        let key = "net.ipv4.tcp_max_tw_buckets"
        func explanation(_ old: Int?, _ new: Int?, _ value: String = "8192") throws -> Explanation {
            try Self.explanation(
                {
                    $0.sysctls[key] = "4096"; $0.memory = old
                },
                {
                    $0.sysctls[key] = value; $0.memory = new
                })
        }
        #expect(try explanation(1 << 30, 2 << 30) == .surroundings("scaled by the machine's memory"))
        #expect(try explanation(1 << 30, 2 << 30, "2048") == .unexplained)
        #expect(try explanation(1 << 30, (1 << 30) - (5 << 20)) == .unexplained, "as much, but for the kernel itself")
        #expect(try explanation(nil, 2 << 30) == .unexplained)
    }

    @Test("what a namespace copies from the machine says nothing of the kernel")
    func copied() throws {
        let explanation = try Self.explanation(
            { $0.sysctls["net.ipv4.tcp_congestion_control"] = "cubic" },
            { $0.sysctls["net.ipv4.tcp_congestion_control"] = "bbr" })
        #expect(explanation == .surroundings("a new namespace copies it from the machine's own"))
        let guests = try Self.explanation(
            {
                $0.sysctls["net.ipv4.tcp_congestion_control"] = "cubic"; $0.isGuest = true
            },
            {
                $0.sysctls["net.ipv4.tcp_congestion_control"] = "bbr"; $0.isGuest = true
            })
        #expect(guests == .unexplained, "in a guest nobody has set anything")
    }

    @Test("a buffer that rose as far as the memory allows is a known change, and one that fell is not")
    func raised() throws {
        func explanation(_ new: String) throws -> Explanation {
            try Self.explanation(
                {
                    $0.kernel = "6.12.117"; $0.sysctls["net.ipv4.tcp_rmem"] = "4096 131072 6291456"; $0.isGuest = true
                },
                {
                    $0.kernel = "6.18.3"; $0.sysctls["net.ipv4.tcp_rmem"] = new; $0.isGuest = true
                })
        }
        guard case .knownChange(let change) = try explanation("4096 131072 8073216") else {
            return #expect(Bool(false))
        }
        #expect(change.id == "receive-buffer")
        #expect(try explanation("4096 131072 1048576") == .unexplained)
    }

    @Test("an entry explains only kernels that it lies between")
    func between() throws {
        let key = "net.ipv4.tcp_rto_min_us"
        func explanation(_ old: String, _ new: String) throws -> Explanation {
            try Self.explanation(
                { $0.kernel = old },
                {
                    $0.kernel = new; $0.sysctls[key] = "200000"
                })
        }
        guard case .knownChange(let change) = try explanation("6.10.3", "6.11.0-rc1") else {
            return #expect(Bool(false))
        }
        #expect(change.id == "rto-min")
        #expect(try explanation("6.12.1", "6.18.0") == .unexplained)
        #expect(try explanation("6.18.0", "6.1.0") == .unexplained, "the older kernel has it, the newer one lost it")
    }

    @Test("the limit on half-open connections, within one release too")
    func limit() throws {
        let explanation = try Self.explanation(
            {
                $0.kernel = "6.1.120"; $0.halfOpenBeyondBacklog = 0
            },
            {
                $0.kernel = "6.1.192"; $0.halfOpenBeyondBacklog = 1
            })
        guard case .knownChange(let change) = explanation else { return #expect(Bool(false)) }
        #expect(change.commit == "3479c7549fb1")
        #expect(try Self.changes { $0.halfOpenBeyondBacklog = 1 }.isEmpty, "unknown before")
        let lost = try Self.explanation(
            {
                $0.kernel = "6.18.3"; $0.halfOpenBeyondBacklog = 1
            },
            {
                $0.kernel = "6.18.4"; $0.halfOpenBeyondBacklog = 0
            })
        #expect(lost == .unexplained, "every 6.18 has the change")
    }

    @Test("features, sizes, counters, the tick")
    func others() throws {
        let feature = try Self.explanation(
            { $0.features[.veth] = .missing("not there") }, { $0.features[.veth] = .present })
        #expect(feature == .unexplained)
        #expect(try Self.changes { $0.features[.veth] = .present }.isEmpty, "an older run did not look for it")
        let size = try Self.explanation(
            { $0.objectSizes = ["TCP": 2304] }, { $0.objectSizes = ["TCP": 2305, "TCPv6": 9] })
        #expect(size == .unexplained)
        let counter = try Self.explanation(
            { $0.counters = ["TcpExt.TCPTimeouts"] }, { $0.counters = ["TcpExt.New", "TcpExt.TCPTimeouts"] })
        #expect(counter == .unexplained)
        let tick = try Self.changes { $0.tick = .milliseconds(1) }
        #expect(tick.map(\.kind) == [.tick] && tick[0].isExplained)
    }

    @Test("old records hold neither memory nor sizes, and can still be read")
    func optional() throws {
        #expect(Fixture.facts.memory == nil && Fixture.facts.objectSizes == nil)
        #expect(try ComparisonFixture.kernel("6.1.192").objectSizes?["TCP"] == 2304)
    }

    @Test("age is no reason why net.core, which user namespaces do not see, or IPv6 is missing")
    func age() {
        #expect(KernelChanges.sysctl("net.ipv4.tcp_rto_max_ms")?.since == "6.15")
        #expect(KernelChanges.sysctl("net.ipv4.tcp_plb_enabled")?.since == "6.2")
        #expect(KernelChanges.sysctl("net.core.rmem_max") == nil)
        #expect(KernelChanges.sysctl("net.ipv6.icmp.error_anycast_as_unicast") == nil)
    }

    @Test("every entry of the book has a name of its own, and a commit is twelve digits")
    func book() {
        let changes = KernelChanges.book.map(\.change)
        #expect(Set(changes.map(\.id)).count == changes.count)
        for change in changes {
            #expect(change.what.hasSuffix("."))
            #expect(change.commit.count == 12 && change.commit.allSatisfy(\.isHexDigit), "\(change.id)")
            #expect(!change.subject.isEmpty)
        }
    }
}
