import Model
import Testing

@testable import Scenarios

@Suite struct SysctlPlanningTests {
    private let matrix = """
        matrix:
          "client:net.ipv4.tcp_syn_retries": [1, 2]
          "server:net.ipv4.tcp_syncookies": [0, default]
        """

    private func instances(
        _ head: String, _ settings: [String] = [], facts: Facts = Fixture.facts()
    ) throws -> [PlannedInstance] {
        let planner = Planner(baseline: Fixture.baseline, facts: facts)
        let arguments = try settings.map { try SettingArgument(argument: $0) }
        return try planner.plan(
            try Fixture.scenario(Fixture.text(head: head)), PlanningOptions(families: [.ipv4], settings: arguments))
    }

    private func complaint(_ head: String, _ settings: [String] = [], facts: Facts = Fixture.facts()) -> String {
        let errors = #expect(throws: InputErrors.self) { try instances(head, settings, facts: facts) }
        return errors?.description ?? ""
    }

    @Test func theBaselineComesFirstAndTheScenarioReplacesIt() throws {
        let head = "sysctls: { client: { net.ipv4.tcp_rmem: \"4096  65536\t65536\", net.ipv4.tcp_syn_retries: 2 } }"
        let plan = try #require(try instances(head)[0].plan)
        let client = try #require(plan.host("client"))
        #expect(
            client.sysctls.map { "\($0.key)=\($0.value ?? "default")" } == [
                "net.ipv4.tcp_ecn=0", "net.ipv4.tcp_rmem=4096 65536 65536", "net.ipv4.tcp_syn_retries=2",
                "net.ipv4.tcp_syn_linear_timeouts=default", "net.ipv4.tcp_rto_max_ms=default",
            ])
        #expect(client.sysctls.map(\.optional) == [true, false, false, true, true])
        #expect(client.sysctls[2].origin?.line == 3)
        // The law is about a socket of the client.
        #expect(plan.host("server")?.sysctls.count == 2)
    }

    @Test func defaultIsReadBackButNotWritten() throws {
        let plan = try #require(try instances("sysctls: { client: { net.ipv4.tcp_syn_retries: default } }")[0].plan)
        let setting = plan.host("client")?.sysctls.first { $0.key == "net.ipv4.tcp_syn_retries" }
        #expect(setting != nil)
        #expect(setting?.value == nil)
    }

    @Test func theMatrixNamesItsInstances() throws {
        let instances = try instances(matrix)
        #expect(
            instances.map(\.name) == [
                "test/ipv4/client:net.ipv4.tcp_syn_retries=1/server:net.ipv4.tcp_syncookies=0",
                "test/ipv4/client:net.ipv4.tcp_syn_retries=1/server:net.ipv4.tcp_syncookies=default",
                "test/ipv4/client:net.ipv4.tcp_syn_retries=2/server:net.ipv4.tcp_syncookies=0",
                "test/ipv4/client:net.ipv4.tcp_syn_retries=2/server:net.ipv4.tcp_syncookies=default",
            ])
        let last = try #require(instances[2].plan)
        #expect(last.host("client")?.sysctls.first { $0.key == "net.ipv4.tcp_syn_retries" }?.value == "2")
        #expect(last.host("server")?.sysctls.first { $0.key == "net.ipv4.tcp_syncookies" }?.value == "0")
    }

    @Test func setReplacesAndCollapses() throws {
        let collapsed = try instances(matrix, ["client:net.ipv4.tcp_syn_retries=5"])
        #expect(
            collapsed.map(\.name) == [
                "test/ipv4/client:net.ipv4.tcp_syn_retries=5/server:net.ipv4.tcp_syncookies=0",
                "test/ipv4/client:net.ipv4.tcp_syn_retries=5/server:net.ipv4.tcp_syncookies=default",
            ])
        let replaced = try instances(
            "sysctls: { client: { net.ipv4.tcp_syn_retries: 2 } }", ["net.ipv4.tcp_syn_retries=3"])
        let plan = try #require(replaced[0].plan)
        for host in plan.hosts {
            #expect(host.sysctls.filter { $0.key == "net.ipv4.tcp_syn_retries" }.map(\.value) == ["3"])
        }
        #expect(replaced[0].name == "test/ipv4")
        let unset = try instances(
            "sysctls: { client: { net.ipv4.tcp_syn_retries: 2 } }", ["net.ipv4.tcp_syn_retries=default"])
        #expect(unset[0].plan?.sysctl("net.ipv4.tcp_syn_retries", on: "client", facts: Fixture.facts()) == "6")
    }

    @Test func badSettingsAreRefused() {
        for bad in ["x", "x=1", "net.ipv4.tcp_sack", "net.ipv4.tcp_sack=", "net.ipv4/../x=1", ":net.ipv4.tcp_sack=1"] {
            #expect(throws: InputErrors.self, "\(bad)") { try SettingArgument(argument: bad) }
        }
        #expect(complaint("", ["sever:net.ipv4.tcp_syn_retries=1"]).contains("did you mean 'server'?"))
        #expect(complaint("", ["net.ipv4.tcp_syn_retrys=1"]).contains("did you mean 'net.ipv4.tcp_syn_retries'?"))
    }

    @Test func whatOnlyNewerKernelsHaveIsASkipThatNamesIt() throws {
        let old = Fixture.facts(without: ["net.ipv4.tcp_rto_max_ms", "net.ipv4.tcp_syn_linear_timeouts"])
        let skipped = try instances("sysctls: { client: { net.ipv4.tcp_rto_max_ms: 2000 } }", facts: old)
        #expect(
            skipped[0].skipReason
                == "net.ipv4.tcp_rto_max_ms is not in this kernel (6.18.0): it came with Linux 6.15")
        let plain = try instances("sysctls: { client: { net.ipv4.tcp_rto_max_ms: default } }", facts: old)
        #expect(plain[0].plan?.host("client")?.sysctls.last { $0.key == "net.ipv4.tcp_rto_max_ms" }?.optional == true)
    }

    @Test func whatNoKernelHasIsAnErrorWithTheNearest() {
        let said = complaint("sysctls: { client: { net.ipv4.tcp_syn_retires: 2 } }")
        #expect(said.contains("test.yaml:3:22: there is no sysctl 'net.ipv4.tcp_syn_retires'"), "\(said)")
        #expect(said.contains("did you mean 'net.ipv4.tcp_syn_retries'?"))
        #expect(complaint("sysctls: { client: { net.ipv4.tcp_mem: 2 } }").contains("one for the whole machine"))
    }

    @Test func anInterfacesSysctlIsKnownByTheDefault() throws {
        #expect(try instances("sysctls: { client: { net.ipv4.conf.to-server.rp_filter: 1 } }")[0].plan != nil)
        #expect(complaint("sysctls: { client: { net.ipv4.conf.to-server.rp_filtr: 1 } }").contains("no sysctl"))
    }

    @Test func whatAUserNamespaceHidesIsASkip() throws {
        let head = "sysctls: { server: { net.core.somaxconn: 8 } }"
        let hidden = Fixture.facts(without: ["net.core.somaxconn"], privilege: .userNamespace)
        #expect(try instances(head, facts: hidden)[0].skipReason?.contains("root sees it") == true)
        #expect(try instances(head)[0].plan != nil)
    }

    @Test func missingFeaturesAreASkip() throws {
        var facts = Fixture.facts()
        facts.features[.clsact] = .missing("ENOENT: no such qdisc")
        #expect(try instances("", facts: facts)[0].skipReason == "clsact: ENOENT: no such qdisc")
    }
}
