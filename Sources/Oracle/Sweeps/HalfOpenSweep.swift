package import Model

/// The combinations that `half-open-limit` and `syn-cookies` are tried with: more SYNs than fit, at every setting that
/// might decide how many do.
package struct HalfOpenSweep: LawSweep, Sendable, Hashable {
    package static let laws = [HalfOpenForecast.description.name, CookieForecast.description.name]
    package static let scenario = "half-open-limit"
    package static let columns = ["backlog", "somaxconn", "max_syn_backlog", "syncookies"]
    package static let atOnce: Int? = 8

    package struct Setting: Sendable, Hashable {
        var backlog: Int
        /// `nil` leaves the kernel's default.
        var somaxconn: Int?
        var maxSynBacklog: Int?
        var syncookies: Int
    }

    package let input: SweepInput

    package init(_ input: SweepInput) { self.input = input }

    package func settings() -> [Setting] {
        var settings: [Setting] = []
        for cookies in 0...2 {
            for backlog in [0, 1, 5, 128] {
                settings.append(Setting(backlog: backlog, syncookies: cookies))
                settings.append(Setting(backlog: backlog, maxSynBacklog: 16, syncookies: cookies))
            }
        }
        for most in [1, 2, 100, 128, 256] { settings.append(Setting(backlog: 400, maxSynBacklog: most, syncookies: 0)) }
        for somaxconn in [0, 7, 255] {
            for cookies in 0...1 {
                settings.append(
                    Setting(backlog: 300, somaxconn: somaxconn, maxSynBacklog: 1024, syncookies: cookies))
            }
        }
        var random = SplitMix64(state: input.seed)
        settings += (0..<input.drawn).map { _ in draw(from: &random) }
        return settings
    }

    private func draw(from random: inout SplitMix64) -> Setting {
        Setting(
            backlog: Int.random(in: 0...300, using: &random),
            somaxconn: Bool.random(using: &random) ? Int.random(in: 0...300, using: &random) : nil,
            maxSynBacklog: Int.random(in: 1...500, using: &random), syncookies: Int.random(in: 0...3, using: &random))
    }

    package func point(_ setting: Setting, in base: Plan) throws(OracleError) -> SweepPoint {
        var plan = base
        let columns: [(String, Int?)] = [
            ("backlog", setting.backlog), ("somaxconn", setting.somaxconn), ("max", setting.maxSynBacklog),
            ("cookies", setting.syncookies),
        ]
        let name = columns.compactMap { key, value in value.map { "\(key)=\($0)" } }.joined(separator: ",")
        plan.instance = "oracle-check/\(base.family.rawValue)/half-open/\(name)"
        for (index, step) in plan.steps.enumerated() {
            switch step.action {
            case .listen(var listen):
                listen.backlog = setting.backlog
                plan.steps[index].action = .listen(listen)
                plan.set(PlannedListener.somaxconn, setting.somaxconn, on: listen.host)
                plan.set(PlannedListener.maxSynBacklog, setting.maxSynBacklog, on: listen.host)
                plan.set(PlannedListener.syncookies, setting.syncookies, on: listen.host)
            case .inject(var inject):
                // More than fit by either limit, and no more records than needed.
                inject.count = min(setting.backlog, setting.somaxconn ?? .max) + 40
                inject.sources = inject.count
                plan.steps[index].action = .inject(inject)
            default: continue
            }
        }
        return try SweepPoint(
            plan, facts: input.facts, parameters: columns.map { _, value in value.map(String.init) ?? "" })
    }
}
