import FoundationEssentials

/// The files of the package as they lie on disk; what is built or measured is left out.
enum Checkout {
    static let root: String = {
        let parts = #filePath.split(separator: "/")
        return "/" + parts.dropLast(3).joined(separator: "/")
    }()

    /// Sorted paths from the root.
    static let paths: [String] = walk("").sorted()

    static func files(_ ending: String) -> [SourceFile] {
        paths.filter { $0.hasSuffix(ending) }.compactMap { path in
            text(path).map { SourceFile(path: path, text: $0) }
        }
    }

    /// `nil` for what is not text.
    static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: "\(root)/\(path)").flatMap { String(bytes: $0, encoding: .utf8) }
    }

    private static func walk(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.flatMap { name -> [String] in
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            if name.hasPrefix(".build") || name == ".git" || path == "results" { return [] }
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")
            return attributes?[.type] as? FileAttributeType == .typeDirectory ? walk(path) : [path]
        }
    }
}
