package import Model

/// Hosts and the links between them, as a file in `netns/` says. Names and addresses of interfaces come in planning.
package struct Topology: Sendable, Hashable {
    package struct Link: Sendable, Hashable {
        package var a: String
        package var b: String

        package func joins(_ host: String) -> Bool { a == host || b == host }
        /// The host at the other end.
        package func peer(of host: String) -> String { a == host ? b : a }
    }

    package var name: String
    package var summary: String
    package var hosts: [String]
    package var links: [Link]
    /// The host that made-up addresses lead to.
    package var spoofed: String?
    /// The hosts that forward.
    package var routers: [String]

    /// Reads a topology file.
    package init(name: String, source: SourceText) throws(InputErrors) {
        let log = Diagnostics(source)
        let arguments = try FileReader.arguments(source, Vocabulary.topology, log)
        let hosts = arguments?.texts("hosts") ?? []
        NameCheck(log: log).check(roles: [.host], hosts: hosts)
        var links: [Link] = []
        for item in arguments?.list("links") ?? [] {
            guard case .record(let record) = item.value else { continue }
            let ends = record.texts("between")
            guard ends.count == 2, ends[0] != ends[1] else {
                log.add("a link has two ends", at: item.at, advice: "write - between: [client, server]")
                continue
            }
            let link = Link(a: ends[0], b: ends[1])
            if links.contains(where: { $0.joins(link.a) && $0.joins(link.b) }) {
                log.add("\(link.a) and \(link.b) have two links", at: item.at, advice: "remove one of them")
            }
            links.append(link)
        }
        if hosts.count > 100 || links.count > 100 {
            log.add("at most 100 hosts and links", at: SourceLocation(file: source.file, line: 1, column: 1))
        }
        try log.throwIfAny()
        self.name = name
        self.summary = arguments?.text("summary") ?? ""
        self.hosts = hosts
        self.links = links
        spoofed = arguments?.text("spoofed")
        routers = arguments?.texts("routers") ?? []
    }

    package func link(_ a: String, _ b: String) -> Int? {
        links.firstIndex { $0.joins(a) && $0.joins(b) && a != b }
    }
}

/// The sysctls that every host starts from, whatever the machine has.
package struct Baseline: Sendable, Hashable {
    package var sysctls: [SysctlSetting]

    package init(sysctls: [SysctlSetting]) { self.sysctls = sysctls }

    /// Reads a baseline file.
    package init(source: SourceText) throws(InputErrors) {
        let log = Diagnostics(source)
        let arguments = try FileReader.arguments(source, Vocabulary.baseline, log)
        try log.throwIfAny()
        sysctls = (arguments?.record("sysctls")?.pairs ?? []).compactMap { pair in
            guard case .text(let value) = pair.value.value else { return nil }
            return SysctlSetting(
                key: pair.key, value: value == "default" ? nil : value, optional: true, origin: pair.value.at)
        }
    }
}
