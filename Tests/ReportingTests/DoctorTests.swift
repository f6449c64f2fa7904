import FoundationEssentials
import Model
import Testing

@testable import Reporting

@Suite("The doctor") struct DoctorTests {
    static let container = Place(
        user: 0, userNamespace: .nested, capabilities: ["CHOWN", "NET_RAW"], seccomp: .filter, hasNoNewPrivileges: true,
        confinement: "containers-default (enforce)",
        container: Place.Container(kind: "podman", sign: "/run/.containerenv"), procSys: .readOnly,
        sysctls: ["user.max_user_namespaces": "0"], limits: Place.Limits(nofile: 20_000))

    static let facts = {
        var facts = Examples.facts
        facts.features[.sysctlWriting] = .missing(
            "cannot write net.ipv4.tcp_syn_retries: Read-only file system (EROFS)")
        return facts
    }()

    static var gaps: [Gap] {
        GapFinder(facts, place: container).gaps.enumerated().map { index, gap in
            var gap = gap
            let names = (1...7).map { "scenario-\($0)" }
            gap.costs =
                [
                    Gap.Costs(scenarios: names, instances: 1234, everything: true), Gap.Costs(),
                    Gap.Costs(scenarios: ["initial-rto"], instances: 1), Gap.Costs(scenarios: names, instances: 14),
                ][min(index, 3)]
            return gap
        }
    }

    static let report = DoctorReport(place: container, facts: facts, gaps: gaps)

    @Test("What is missing comes with its cost, and with the smallest step to get it")
    func gaps() throws { try Snapshot.check(DoctorText(Self.report).lines, "doctor") }

    @Test("A guest has no place")
    func guest() throws {
        let report = DoctorReport(place: nil, facts: Examples.facts, gaps: [])
        try Snapshot.check(DoctorText(report).lines, "doctor-guest")
    }

    @Test("A cost that nobody could find out is said to be that")
    func unknown() {
        let report = DoctorReport(place: nil, facts: Examples.facts, gaps: [Gap(name: "veth", reason: "a", step: "b")])
        #expect(DoctorText(report).lines.contains("  costs  not known: there are no scenarios here"))
    }

    @Test("Its document is what the schema says")
    func document() throws {
        let schema = try SchemaCheck("doctor.schema.json")
        for report in [Self.report, DoctorReport(place: nil, facts: Examples.facts, gaps: [])] {
            #expect(try schema.complaints(of: JSON.text(report)) == [])
        }
        let text = try JSON.text(Self.report)
        for (old, new) in [
            ("\"writer\" :", "\"riter\" :"), ("\"read-only\"", "\"readonly\""), ("\"user\" : 0", "\"user\" : \"0\""),
            ("\"present\"", "\"yes\""), ("\"instances\" : 1234", "\"instances\" : -1"),
        ] {
            #expect(text.contains(old), "\(old)")
            #expect(try !schema.complaints(of: text.replacing(old, with: new)).isEmpty, "\(new)")
        }
    }

    @Test("The schema has every feature")
    func features() throws {
        let schema = try SchemaCheck("doctor.schema.json")
        #expect(schema.names(below: "facts", "features") == Set(Feature.allCases.map(\.rawValue)))
    }
}
