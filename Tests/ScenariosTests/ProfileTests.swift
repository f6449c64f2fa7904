import Model
import Testing

@testable import Scenarios

@Suite struct ProfileTests {
    private func profile(_ sysctls: String, name: String = "mine") throws -> Profile {
        let text = "summary: Mine.\nsysctls: { \(sysctls) }\n"
        return try Profile(name: name, source: SourceText(file: "\(name).yaml", bytes: Array(text.utf8)))
    }

    private func instances(
        _ head: String, _ profile: Profile, _ settings: [String] = [], facts: Facts = Fixture.facts()
    ) throws -> [PlannedInstance] {
        try Planner(baseline: Fixture.baseline, facts: facts).plan(
            try Fixture.scenario(Fixture.text(head: head)),
            PlanningOptions(
                families: [.ipv4], profile: profile, settings: try settings.map { try SettingArgument(argument: $0) }))
    }

    private func complaint(_ body: () throws -> Void) -> String {
        (#expect(throws: InputErrors.self) { try body() })?.description ?? ""
    }

    private let retries = "net.ipv4.tcp_syn_retries"

    @Test func thoseOfTheHouse() throws {
        #expect(try Fixture.library.profileNames() == ["datacenter", "defaults"])
        let defaults = try Fixture.library.profile("defaults")
        #expect(defaults.entries.allSatisfy { $0.value == nil })
        let datacenter = try Fixture.library.profile("\(Fixture.root)/netns/profiles/datacenter.yaml")
        #expect(datacenter.name == "datacenter")
        #expect(datacenter.entries.map(\.key) == defaults.entries.map(\.key))
        #expect(
            Dictionary(uniqueKeysWithValues: datacenter.entries.map { ($0.key, $0.value) }) == [
                "net.ipv4.tcp_syn_retries": "2", "net.ipv4.tcp_max_syn_backlog": "16384",
                "net.ipv4.tcp_syncookies": "1",
                "net.ipv4.tcp_synack_retries": "2", "net.core.somaxconn": "16384",
                "net.ipv4.tcp_abort_on_overflow": "0", "net.ipv4.tcp_fin_timeout": "2",
                "net.ipv4.tcp_max_tw_buckets": "10000", "net.ipv4.tcp_tw_reuse": "1",
            ])
        for name in ["defaults", "datacenter"] {
            try Fixture.library.validate("\(Fixture.root)/netns/profiles/\(name).yaml")
        }
    }

    @Test func oneThatIsNotThere() {
        let said = complaint { _ = try Fixture.library.profile("datacentre") }
        #expect(said.contains("there is no profile 'datacentre'") && said.contains("did you mean 'datacenter'?"))
        #expect(complaint { _ = try Fixture.library.profile("./datacenter") }.contains("no such file"))
    }

    @Test func badFiles() {
        #expect(complaint { _ = try profile("net.ipv4.tcp_sack: [1]") }.contains("mine.yaml:2:"))
        #expect(complaint { _ = try profile("tcp_sack: 1") }.contains("mine.yaml:2:12: unknown key 'tcp_sack'"))
        let nothing = complaint {
            _ = try Profile(name: "x", source: SourceText(file: "x.yaml", bytes: Array("summary: x\n".utf8)))
        }
        #expect(nothing.contains("needs 'sysctls'"))
    }

    @Test func itWinsOverTheScenarioAndSetOverIt() throws {
        let head = "sysctls: { client: { \(retries): 5 } }"
        let profile = try profile("\(retries): 2, net.ipv4.tcp_synack_retries: 1")
        let plan = try #require(try instances(head, profile)[0].plan)
        for host in plan.hosts {
            let setting = host.sysctls.filter { $0.key == retries }
            #expect(setting.map(\.value) == ["2"])
            #expect(setting.first?.origin == SourceLocation(file: "mine.yaml", line: 2, column: 38))
            #expect(host.sysctls.contains { $0.key == "net.ipv4.tcp_synack_retries" && $0.value == "1" })
        }
        let set = try #require(try instances(head, profile, ["client:\(retries)=3"])[0].plan)
        #expect(set.sysctl(retries, on: "client", facts: Fixture.facts()) == "3")
        #expect(set.sysctl(retries, on: "server", facts: Fixture.facts()) == "2")
    }

    @Test func itCollapsesAnAxis() throws {
        let matrix = "matrix: { \"client:\(retries)\": [1, 2, 3] }"
        #expect(try instances(matrix, profile("\(retries): 4")).map(\.name) == ["test/ipv4/client:\(retries)=4"])
        let defaults = try instances(matrix, profile("\(retries): default"))
        #expect(defaults.map(\.name) == ["test/ipv4/client:\(retries)=default"])
        #expect(defaults[0].plan?.sysctl(retries, on: "client", facts: Fixture.facts()) == "6")
    }

    @Test func whatThisKernelLacksIsNamed() throws {
        let old = Fixture.facts(without: ["net.ipv4.tcp_rto_max_ms"])
        let skipped = try instances("", profile("net.ipv4.tcp_rto_max_ms: 2000"), facts: old)
        #expect(skipped[0].skipReason?.contains("it came with Linux 6.15") == true)
        let hidden = Fixture.facts(without: ["net.core.somaxconn"], privilege: .userNamespace)
        #expect(
            try instances("", profile("net.core.somaxconn: 8"), facts: hidden)[0].skipReason?.contains("root sees it")
                == true)
        #expect(try instances("", profile("net.core.somaxconn: default"), facts: hidden)[0].plan != nil)
        let said = complaint { _ = try instances("", profile("net.ipv4.tcp_syn_retires: 2")) }
        #expect(said.contains("mine.yaml:2:12: there is no sysctl 'net.ipv4.tcp_syn_retires'"), "\(said)")
        #expect(said.contains("did you mean '\(retries)'?"))
    }

    @Test func withoutAScenarioItIsAppliedToTheKernelsValues() throws {
        let kernel = Fixture.facts(
            without: ["net.core.somaxconn", "net.ipv4.tcp_rto_max_ms"], privilege: .userNamespace)
        let profile = try profile(
            "\(retries): 2, net.core.somaxconn: 8, net.ipv4.tcp_rto_max_ms: 2000, net.ipv4.tcp_synack_retries: default")
        let settings = [try SettingArgument(argument: "\(retries)=3")]
        let (facts, lacks) = try PlanningOptions(profile: profile, settings: settings).applied(to: kernel, of: kernel)
        #expect(facts.sysctls[retries] == "3")
        #expect(facts.sysctls["net.core.somaxconn"] == "8", "it is there, and only hidden")
        #expect(facts.sysctls["net.ipv4.tcp_rto_max_ms"] == nil, "this kernel would not heed it")
        #expect(facts.sysctls["net.ipv4.tcp_synack_retries"] == "5")
        #expect(lacks.count == 2 && lacks[0].contains("somaxconn") && lacks[1].contains("6.15"))
    }

    @Test func aValueThatNoKernelTakesHasItsPlace() throws {
        let kernel = Fixture.facts()
        for value in ["128", "0", "six"] {
            let said = complaint {
                _ = try PlanningOptions(profile: profile("\(retries): \(value)")).applied(to: kernel, of: kernel)
            }
            #expect(said.contains("mine.yaml:2:38: '\(value)' is no value of \(retries)"), "\(said)")
            #expect(said.contains("the kernel takes 1 to 127"))
        }
    }
}
