/// Relative links and anchors of the Markdown files that lead somewhere.
enum Links {
    static func check(_ file: SourceFile, exists: (String) -> Bool, text: (String) -> String?) -> [Violation] {
        prose(file.lines).flatMap { number, line in
            line.matches(of: #/\]\(\s*<?([^)\s>]+)>?[^)]*\)/#).compactMap { match in
                complaint(String(match.1), in: file, exists: exists, text: text).map {
                    Violation(path: file.path, line: number, message: $0)
                }
            }
        }
    }

    private static func complaint(
        _ target: String, in file: SourceFile, exists: (String) -> Bool, text: (String) -> String?
    ) -> String? {
        if target.contains("://") || target.hasPrefix("mailto:") { return nil }
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let path = parts[0].isEmpty ? file.path : resolve(parts[0], from: file.path)
        guard let path, exists(path) else { return "the link '\(target)' leads nowhere" }
        guard parts.count == 2, path.hasSuffix(".md") else { return nil }
        let lines = (text(path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        return anchors(lines).contains(parts[1]) ? nil : "'\(path)' has no heading for '#\(parts[1])'"
    }

    /// `nil` when it leaves the package.
    private static func resolve(_ target: String, from path: String) -> String? {
        if target.hasPrefix("/") { return nil }
        var folders = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            if part == ".." {
                if folders.popLast() == nil { return nil }
            } else if part != "." {
                folders.append(String(part))
            }
        }
        return folders.joined(separator: "/")
    }

    /// Headings as GitHub turns them into anchors.
    static func anchors(_ lines: [Substring]) -> Set<String> {
        var counts: [String: Int] = [:]
        var anchors: Set<String> = []
        for (_, line) in prose(lines) where line.hasPrefix("#") {
            let title = line.drop { $0 == "#" }
            guard title.hasPrefix(" ") else { continue }
            let slug = title.trimmingPrefix(while: \.isWhitespace).lowercased()
                .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == " " }
                .map { $0 == " " ? "-" : String($0) }.joined()
            let count = counts[slug, default: 0]
            counts[slug] = count + 1
            anchors.insert(count == 0 ? slug : "\(slug)-\(count)")
        }
        return anchors
    }

    /// The lines outside of code, with their numbers.
    private static func prose(_ lines: [Substring]) -> [(Int, String)] {
        var fenced = false
        return lines.enumerated().compactMap { index, line in
            if line.trimmingPrefix(while: \.isWhitespace).hasPrefix("```") {
                fenced.toggle()
                return nil
            }
            return fenced ? nil : (index + 1, String(line.replacing(#/`[^`]*`/#, with: "")))
        }
    }
}
