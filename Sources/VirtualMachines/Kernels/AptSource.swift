/// An entry of the machine's package sources, in either of the two forms that apt reads.
struct AptSource: Hashable {
    var uris: [String]
    var suites: [String]
    var components: [String]
    /// What says whom to trust, as deb822 writes it, key blocks and all.
    var trust: [String]

    private static let trustFields = ["signed-by", "trusted"]

    /// deb822: paragraphs of fields (`*.sources`).
    static func paragraphs(_ text: String) -> [AptSource] {
        text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("#") }
            .split { $0.allSatisfy(\.isWhitespace) }.compactMap { lines in
                var fields: [(name: String, lines: [Substring])] = []
                for line in lines {
                    if line.first?.isWhitespace ?? false {
                        guard !fields.isEmpty else { return nil }
                        fields[fields.count - 1].lines.append(line)
                    } else if let colon = line.firstIndex(of: ":") {
                        fields.append((line[..<colon].lowercased(), [line[line.index(after: colon)...]]))
                    }
                }
                func words(_ name: String) -> [String] {
                    fields.first { $0.name == name }?.lines.flatMap { $0.split(whereSeparator: \.isWhitespace) }
                        .map(String.init) ?? []
                }
                guard words("types").contains("deb"), words("enabled") != ["no"], !words("components").isEmpty else {
                    return nil
                }
                let trust = fields.filter { trustFields.contains($0.name) }.map { field in
                    "\(field.name):" + field.lines.joined(separator: "\n")
                }
                return AptSource(
                    uris: words("uris"), suites: words("suites"), components: words("components"), trust: trust)
            }
    }

    /// One entry a line (`sources.list`, `*.list`): `deb [options] uri suite components`.
    static func lines(_ text: String) -> [AptSource] {
        text.split(separator: "\n").compactMap { line in
            var words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)[...]
            guard words.popFirst() == "deb" else { return nil }
            var options: [String] = []
            if words.first?.hasPrefix("[") ?? false {
                while let word = words.popFirst() {
                    options.append(String(word.drop { $0 == "[" }.prefix { $0 != "]" }))
                    if word.hasSuffix("]") { break }
                }
            }
            guard words.count > 2, let uri = words.popFirst(), let suite = words.popFirst() else { return nil }
            let trust = options.compactMap { option -> String? in
                let parts = option.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, trustFields.contains(parts[0].lowercased()) else { return nil }
                return "\(parts[0]): \(parts[1].split(separator: ",").joined(separator: " "))"
            }
            return AptSource(uris: [uri], suites: [suite], components: Array(words), trust: trust)
        }
    }

    /// The distribution's own mirror among them. Third parties call their suites by the same names, but only the
    /// distribution has updates to a suite beside it.
    static func distribution(_ sources: [AptSource], codename: String?) -> AptSource? {
        var byPlace: [(uris: [String], suites: Set<String>, source: AptSource)] = []
        for source in sources where source.components.contains("main") {
            if let index = byPlace.firstIndex(where: { $0.uris == source.uris }) {
                byPlace[index].suites.formUnion(source.suites)
            } else {
                byPlace.append((source.uris, Set(source.suites), source))
            }
        }
        let own = byPlace.filter { place in place.suites.contains { !$0.hasSuffix("-security") } }
        func rank(_ suites: Set<String>) -> Int {
            let updated = suites.contains { suites.contains("\($0)-updates") } ? 2 : 0
            return updated + (codename.map { suites.contains($0) } ?? false ? 1 : 0)
        }
        return own.max { rank($0.suites) < rank($1.suites) }?.source
    }

    /// Where the distribution's security updates are, if at a place of their own.
    static func security(_ sources: [AptSource]) -> AptSource? {
        sources.first { source in
            source.components.contains("main") && source.suites.contains { $0.hasSuffix("-security") }
        }
    }

    /// This place with another suite, as a paragraph of a source file. Kernels are in main.
    func paragraph(suite: String) -> String {
        (["Types: deb", "URIs: \(uris.joined(separator: " "))", "Suites: \(suite)", "Components: main"] + trust)
            .joined(separator: "\n") + "\n"
    }
}
