import Model
import Oracle

/// JUnit's XML in the dialect of Jenkins (junit-10.xsd): a suite a scenario, a test case an instance.
package struct JUnit {
    private let report: RunReport

    package init(_ report: RunReport) { self.report = report }

    package var lines: [String] {
        let outcomes = report.outcomes
        return ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
            + element(
                "testsuites",
                [("name", "tcpfault"), ("time", (report.wall ?? total(outcomes)).fixed(3))] + counts(outcomes),
                suites.flatMap(suite))
    }

    private struct Suite {
        var scenario: String
        var outcomes: [RunReport.Outcome]
    }

    private var suites: [Suite] {
        var suites: [Suite] = []
        for outcome in report.outcomes {
            if let place = suites.firstIndex(where: { $0.scenario == outcome.scenario }) {
                suites[place].outcomes.append(outcome)
            } else {
                suites.append(Suite(scenario: outcome.scenario, outcomes: [outcome]))
            }
        }
        return suites
    }

    private func suite(_ suite: Suite) -> [String] {
        let file = suite.outcomes.lazy.flatMap(\.judgement.findings).compactMap { $0.origin?.file }.first
        let skipped = suite.outcomes.count { report.standing(of: $0).verdict == .skip }
        let attributes =
            [("name", suite.scenario)] + counts(suite.outcomes) + [("skipped", "\(skipped)")]
            + [("time", total(suite.outcomes).fixed(3))] + (report.started.map { [("timestamp", $0)] } ?? [])
            + [("package", "tcpfault")] + (file.map { [("file", $0)] } ?? [])
        let properties = report.properties.flatMap { name, value in
            element("property", [("name", name), ("value", value)], [])
        }
        return element(
            "testsuite", attributes, element("properties", [], properties) + suite.outcomes.flatMap(testCase))
    }

    private func testCase(_ outcome: RunReport.Outcome) -> [String] {
        let attributes = [
            ("name", outcome.dottedName), ("classname", "tcpfault.\(outcome.scenario.replacing(".", with: "_"))"),
            ("time", outcome.judgement.duration.fixed(3)),
        ]
        let standing = report.standing(of: outcome)
        let name =
            switch standing {
            case .passed: ""
            case .failed: "failure"
            case .skipped: "skipped"
            case .inconclusive: "error"
            }
        guard let reason = standing.reason else { return element("testcase", attributes, []) }
        let text = outcome.story(standing).joined(separator: "\n")
        let open = start(name, [("type", standing.verdict.rawValue), ("message", reason)])
        return element("testcase", attributes, ["\(open)>\(Self.escaped(text, breaks: false))</\(name)>"])
    }

    private func counts(_ outcomes: [RunReport.Outcome]) -> [(String, String)] {
        let standings = outcomes.map { report.standing(of: $0).verdict }
        return [
            ("tests", "\(outcomes.count)"), ("failures", "\(standings.count { $0 == .fail })"),
            ("errors", "\(standings.count { $0 == .inconclusive })"),
        ]
    }

    private func total(_ outcomes: [RunReport.Outcome]) -> Nanoseconds {
        outcomes.map(\.judgement.duration).reduce(.zero, +)
    }

    private func start(_ name: String, _ attributes: [(String, String)]) -> String {
        "<\(name)" + attributes.map { " \($0.0)=\"\(Self.escaped($0.1, breaks: true))\"" }.joined()
    }

    private func element(_ name: String, _ attributes: [(String, String)], _ content: [String]) -> [String] {
        let open = start(name, attributes)
        return content.isEmpty ? ["\(open)/>"] : ["\(open)>"] + content.map { "  \($0)" } + ["</\(name)>"]
    }

    /// `breaks`: line breaks are kept, which attributes lose otherwise. What XML 1.0 cannot hold becomes U+FFFD.
    private static func escaped(_ text: String, breaks: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n" where breaks: escaped += "&#10;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value): escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
