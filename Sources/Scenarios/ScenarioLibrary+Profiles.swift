import FoundationEssentials

extension ScenarioLibrary {
    private var profiles: String { "\(topologies)/profiles" }

    /// Sorted.
    package func profileNames() throws(InputErrors) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: profiles)
                .filter { $0.hasSuffix(Self.ending) }.map(Self.stem).sorted()
        } catch {
            throw InputErrors(
                InputError(
                    file: profiles, message: "there is no folder of profiles here",
                    advice: "run tcpfault in its checkout, or name the file of a profile"))
        }
    }

    /// A profile by its name, or by the path of its file.
    package func profile(_ nameOrPath: String) throws(InputErrors) -> Profile {
        if Self.isPath(nameOrPath) {
            return try Profile(name: Self.stem(nameOrPath), source: SourceText(path: nameOrPath))
        }
        let names = try profileNames()
        guard names.contains(nameOrPath) else {
            throw InputErrors(
                InputError(
                    file: profiles, message: "there is no profile \(quoted(nameOrPath))",
                    advice: Suggestion.advice(for: nameOrPath, among: names, known: "profiles")))
        }
        return try Profile(name: nameOrPath, source: SourceText(path: "\(profiles)/\(nameOrPath)\(Self.ending)"))
    }
}
