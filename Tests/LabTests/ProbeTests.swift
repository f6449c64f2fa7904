import Kernel
import Lab
import Model
import Testing

@Suite("The probe", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct ProbeTests {
    @Test("finds the sysctls of a fresh namespace, and what this kernel can do")
    func facts() throws {
        let facts = FactsProbe.facts()
        #expect(facts.sysctls.count > 300)
        #expect(facts.integer("net.ipv4.tcp_syn_retries") == 6)
        #expect(facts.sysctls["net.ipv4.tcp_wmem"]?.split(separator: " ").count == 3)
        #expect(facts.sysctls["net.ipv4.conf.all.rp_filter"] != nil)
        #expect(!facts.sysctls.keys.contains { $0.contains("conf.lo.") })
        #expect(facts.counters.contains("TcpExt.TCPTimeouts") && facts.counters.contains("Tcp.ActiveOpens"))
        #expect(facts.counters == facts.counters.sorted())
        #expect(facts.kernel.contains("."))
        #expect([1, 4, 10].contains(facts.tick.milliseconds) || facts.tick.value == 3_333_333)
        #expect(facts.availability(.networkNamespaces) == .present)
        #expect(facts.availability(.veth) == .present)
        #expect([0, 1].contains(facts.halfOpenBeyondBacklog))
        #expect(facts.features.count == Feature.allCases.count)
        #expect(try #require(facts.memory) > 64 << 20)
        if facts.privilege == .root, let sizes = facts.objectSizes {
            #expect(try #require(sizes["TCP"]) > 1000)
        }
    }
}
