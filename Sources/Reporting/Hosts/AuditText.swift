import Model
package import Oracle

/// An audit for a reader: worst first, each finding with its reason, its proof, and the change to consider.
package struct AuditText {
    private let audit: Audit
    private let paint: Paint

    package init(_ audit: Audit, paint: Paint = .none) {
        self.audit = audit
        self.paint = paint
    }

    package var lines: [String] {
        let worrying = audit.findings.filter { $0.rating != .fine }
        return heading + worrying.flatMap { [""] + lines(of: $0) } + fine + unanswered
    }

    private var heading: [String] {
        let hertz = "HZ \(1_000_000_000 / max(1, audit.tick.value))"
        let kernel = audit.kernel.map { "Linux \($0)" } ?? "it does not say of which kernel"
        let counts = AuditRating.allCases.map { rating -> String in
            let count = audit.count(rating)
            return "\(count) \(rating.rawValue)" + (count != 1 && [.warning, .note].contains(rating) ? "s" : "")
        }
        let times = audit.isLive ? hertz : "times as with this machine's \(hertz)"
        return paint.lines("\(audit.source): \(kernel), \(times)", first: "")
            + [paint.bold(counts.joined(separator: ", "))]
    }

    private func lines(of finding: AuditFinding) -> [String] {
        let word = finding.rating.rawValue
        var lines = paint.lines(finding.effect, first: "\(word): ")
        if let first = lines.first {
            lines[0] = paint.rating(finding.rating, word) + paint.bold(String(first.dropFirst(word.count)))
        }
        for index in lines.indices.dropFirst() { lines[index] = paint.bold(lines[index]) }
        lines += part("because", finding.sysctls.map(Self.words).joined(separator: ", "))
        if let reason = finding.reason { lines += part("rated so", reason) }
        if let change = finding.change {
            lines += commands(change)
            lines += part("it costs", change.cost)
        }
        if let scenario = finding.scenario { lines += part("proof", "tcpfault run \(scenario)") }
        return lines
    }

    /// A line for a shell is not broken.
    private func commands(_ change: AuditChange) -> [String] {
        let (first, margin) = (Self.prefix("consider"), Self.prefix(""))
        var lines = change.commands.enumerated().map { ($0.offset == 0 ? first : margin) + $0.element }
        guard let then = change.then.map({ "(then \($0))" }), let last = lines.last else { return lines }
        if last.count + 1 + then.count > paint.width { return lines + [margin + then] }
        lines[lines.count - 1] += " \(then)"
        return lines
    }

    private static func prefix(_ name: String) -> String {
        "  " + name + String(repeating: " ", count: 10 - name.count)
    }

    private func part(_ name: String, _ text: String) -> [String] {
        paint.lines(text, first: Self.prefix(name))
    }

    /// `net.ipv4.tcp_syn_retries=6 (server.conf:3)`.
    private static func words(_ value: AuditFinding.Value) -> String {
        guard let text = value.value else { return "no \(value.key) in this kernel" }
        return "\(value.key)=\(text)" + (value.at.map { " (line \($0.line))" } ?? "")
    }

    private var fine: [String] {
        let findings = audit.findings.filter { $0.rating == .fine }
        guard !findings.isEmpty else { return [] }
        return ["", paint.rating(.fine, "fine:")] + findings.flatMap { paint.lines($0.effect, first: "  · ") }
    }

    private var unanswered: [String] {
        guard !audit.unanswered.isEmpty else { return [] }
        return [""]
            + paint.lines(
                "Not answered, since nothing is assumed of what is missing in \(audit.source) (sysctl -a prints all of it):",
                first: "")
            + audit.unanswered.flatMap {
                paint.lines("\($0.question.rawValue): \($0.missing.joined(separator: ", "))", first: "  · ")
            }
    }
}

extension Paint {
    fileprivate func rating(_ rating: AuditRating, _ text: String) -> String {
        switch rating {
        case .critical: verdict(.fail, text)
        case .warning: verdict(.inconclusive, text)
        case .note: verdict(.skip, text)
        case .fine: verdict(.pass, text)
        }
    }
}
