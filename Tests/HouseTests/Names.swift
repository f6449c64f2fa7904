/// Files that are found by the name of what they hold.
enum Names {
    /// `Type.swift` declares Type; `Type+Aspect.swift` extends it.
    static func mainType(_ file: SourceFile) -> [Violation] {
        guard file.target != nil, file.name != "main.swift" else { return [] }
        let stem = file.name.dropLast(".swift".count)
        let parts = stem.split(separator: "+", maxSplits: 1)
        guard let type = parts.first else { return [] }
        let kinds =
            parts.count == 2
            ? ["extension"]
            : ["struct", "class", "enum", "actor", "protocol", "typealias", "extension", "func", "macro"]
        let declared = file.code.contains { line in
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
            return zip(words, words.dropFirst()).contains { kind, name in
                guard kinds.contains(String(kind)) else { return false }
                let last = name.split(separator: ".").last ?? name
                // A file of free functions is named for the first of them, with a capital letter.
                return last == type || name == type
                    || kind == "func" && last.lowercased() == type.lowercased()
            }
        }
        if declared { return [] }
        let wanted = parts.count == 2 ? "does not extend" : "does not declare"
        return [
            Violation(path: file.path, line: 1, message: "\(wanted) \(type): name the file for its main type")
        ]
    }

    /// A scenario's name is its file's stem, so no two files may share one.
    static func uniqueScenarios(_ paths: [String]) -> [Violation] {
        var known: [Substring: String] = [:]
        return paths.filter { $0.hasPrefix("scenarios/") && $0.hasSuffix(".yaml") }.sorted().compactMap { path in
            let stem = path.split(separator: "/").last?.dropLast(".yaml".count) ?? ""
            if let other = known[stem] {
                return Violation(path: path, line: 1, message: "the scenario '\(stem)' is also in \(other)")
            }
            known[stem] = path
            return nil
        }
    }

    /// Nothing that a reader gets may speak of the machine it was made on.
    static func machinePaths(_ file: SourceFile) -> [Violation] {
        file.lines.enumerated().compactMap { index, line in
            line.firstMatch(of: #/(?:^|[\s"'`(=])\/(?:work|root|home|Users|workspace)\/\w/#).map { match in
                let path = match.output.drop { $0 != "/" }
                return Violation(
                    path: file.path, line: index + 1, message: "'\(path)…' exists on one machine only")
            }
        }
    }
}
