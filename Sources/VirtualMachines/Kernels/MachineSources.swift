import FoundationEssentials

/// Where this machine gets its packages from, and so may get those of another suite.
struct MachineSources {
    let sources: [AptSource]
    let codename: String?

    static func read(root: String = "/etc") throws -> MachineSources {
        let folder = "\(root)/apt/sources.list.d"
        let files = ["\(root)/apt/sources.list"] + HostFiles.names(in: folder).map { "\(folder)/\($0)" }
        let sources = files.flatMap { path -> [AptSource] in
            guard let text = text(path) else { return [] }
            if path.hasSuffix(".sources") { return AptSource.paragraphs(text) }
            return path.hasSuffix(".list") ? AptSource.lines(text) : []
        }
        let codename = text("\(root)/os-release").flatMap { text in
            text.split(separator: "\n").first { $0.hasPrefix("VERSION_CODENAME=") }
                .map { String($0.dropFirst("VERSION_CODENAME=".count).filter { $0 != "\"" }) }
        }
        return MachineSources(sources: sources, codename: codename)
    }

    private static func text(_ path: String) -> String? {
        (try? HostFiles.contents(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Source files for that suite, to be tried one after the other: with its security updates, which not every suite
    /// has, and without.
    func paragraphs(suite: String) throws -> [String] {
        guard let mirror = AptSource.distribution(sources, codename: codename) else {
            throw KernelStoreError.trouble(
                "this machine's package sources name no mirror of its distribution, so there is none to ask for "
                    + "\(suite): add one to /etc/apt/sources.list, \(Apt.byHand)")
        }
        let plain = mirror.paragraph(suite: suite)
        guard !suite.contains("-"), !suite.contains("/"), let security = AptSource.security(sources) else {
            return [plain]
        }
        return [plain + "\n" + security.paragraph(suite: "\(suite)-security"), plain]
    }
}
