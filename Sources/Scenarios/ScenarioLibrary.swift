import FoundationEssentials
import Model

/// The scenario and topology files below two folders.
///
/// `SCENARIOS/<phase>/<name>.yaml`: the stem is the scenario's name. `TOPOLOGIES/<name>.yaml`, and `baseline.yaml`
/// among them with the pinned sysctls. `TOPOLOGIES/profiles/<name>.yaml`: see `Profile`.
package struct ScenarioLibrary: Sendable {
    package var scenarios: String
    package var topologies: String

    package init(scenarios: String, topologies: String) {
        self.scenarios = scenarios
        self.topologies = topologies
    }

    /// Sorted. Throws when two files have the same stem.
    package func names() throws(InputErrors) -> [String] { try files().keys.sorted() }

    /// A scenario by its name, or by the path of its file (anything with a slash or an ending).
    package func load(_ nameOrPath: String) throws(InputErrors) -> Scenario {
        let path: String
        if Self.isPath(nameOrPath) {
            path = nameOrPath
        } else {
            let files = try files()
            guard let file = files[nameOrPath] else {
                throw InputErrors(
                    InputError(
                        file: scenarios, message: "there is no scenario \(quoted(nameOrPath))",
                        advice: Suggestion.advice(for: nameOrPath, among: files.keys, known: "scenarios")))
            }
            path = file
        }
        return try Scenario(
            name: Self.stem(path), source: SourceText(path: path), topologies: topology,
            knownTopologies: try topologyNames())
    }

    /// A topology by its name; `nil` when there is none.
    package func topology(_ name: String) throws(InputErrors) -> Topology? {
        guard try topologyNames().contains(name) else { return nil }
        return try Topology(name: name, source: SourceText(path: "\(topologies)/\(name)\(Self.ending)"))
    }

    /// The pinned sysctls.
    package func baseline() throws(InputErrors) -> Baseline {
        try Baseline(source: SourceText(path: "\(topologies)/baseline\(Self.ending)"))
    }

    /// Checks a file of any of the four kinds, without a kernel. Words that are not built yet are errors.
    package func validate(_ nameOrPath: String) throws(InputErrors) {
        guard Self.isPath(nameOrPath) else {
            return try load(nameOrPath).checkPlannable()
        }
        let source = try SourceText(path: nameOrPath)
        let item = try ItemReader.read(source)
        var keys: Set<String> = []
        if case .map(let entries) = item.content { keys = Set(entries.map(\.key)) }
        if Self.stem(nameOrPath) == "baseline" {
            _ = try Baseline(source: source)
        } else if !keys.isDisjoint(with: ["hosts", "links"]) {
            _ = try Topology(name: Self.stem(nameOrPath), source: source)
        } else if keys.contains("sysctls"), keys.isDisjoint(with: ["topology", "actions", "expect"]) {
            _ = try Profile(name: Self.stem(nameOrPath), source: source)
        } else {
            try load(nameOrPath).checkPlannable()
        }
    }

    static let ending = ".yaml"

    /// Anything with a slash or an ending; else it is a name.
    static func isPath(_ nameOrPath: String) -> Bool { nameOrPath.contains("/") || nameOrPath.hasSuffix(ending) }

    static func stem(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(ending) ? String(file.dropLast(ending.count)) : file
    }

    /// Name → path.
    private func files() throws(InputErrors) -> [String: String] {
        let below: [String]
        do {
            below = try FileManager.default.subpathsOfDirectory(atPath: scenarios)
        } catch {
            throw InputErrors(
                InputError(
                    file: scenarios, message: "there is no folder of scenarios here",
                    advice: "run tcpfault in its checkout, or say --scenarios DIR"))
        }
        var found: [String: String] = [:]
        for file in below.sorted() where file.hasSuffix(Self.ending) {
            let name = Self.stem(file)
            if let other = found[name] {
                throw InputErrors(
                    InputError(
                        file: "\(scenarios)/\(file)", message: "the scenario '\(name)' is also in \(other)",
                        advice: "a file's stem is the scenario's name: rename one of them"))
            }
            found[name] = "\(scenarios)/\(file)"
        }
        return found
    }

    private func topologyNames() throws(InputErrors) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: topologies)
                .filter { $0.hasSuffix(Self.ending) }.map(Self.stem).filter { $0 != "baseline" }.sorted()
        } catch {
            throw InputErrors(
                InputError(
                    file: topologies, message: "there is no folder of topologies here",
                    advice: "run tcpfault in its checkout, or say --scenarios DIR"))
        }
    }
}
