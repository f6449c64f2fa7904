import Glibc
import Kernel
import Lab
import Model
import Testing

@Suite("A plan's hosts", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct TopologyTests {
    @Test("have what the plan says, and nothing that speaks by itself")
    func everythingInPlace() throws {
        let laboratory = try Laboratory(Plans.pair())
        let client = try laboratory.host("client")
        let links = try client.route.links()
        #expect(links.map(\.name).sorted() == ["lo", "to-server"])
        #expect(links.allSatisfy { $0.isOperational })
        let link = try client.route.link("to-server")
        #expect(link.mac == MACAddress(bytes: [2, 0, 0, 0, 1, 1]))
        let left = try client.visit {
            try EthtoolSession().features(link.index).active.filter(EthtoolSession.isOffload)
        }
        #expect(left.isEmpty)
    }

}
