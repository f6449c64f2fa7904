import Model
package import Oracle

/// A ladder in text: a line down for each host, packets as arrows between them, lost ones as arrows that end in a cross.
///
/// The axis is true to time where little happens at once: as many empty lines as the shortest silence fits in, and a
/// longer silence told by its length.
package struct LadderText {
    private let ladder: Ladder
    private let paint: Paint
    private let layout: LadderLayout
    private let clock: LadderClock
    private let names: Bool

    package init(_ ladder: Ladder, paint: Paint = .none, indent: Int = 2) {
        self.ladder = ladder.brief
        self.paint = paint
        clock = LadderClock(self.ladder.rungs)
        layout = LadderLayout(
            hosts: ladder.hosts, gutter: indent + clock.width, width: min(paint.width, Self.widest))
        names = ladder.connections.count > 1
    }

    /// Wider ladders are harder to follow, not easier.
    private static let widest = 80

    package var lines: [String] {
        guard !ladder.hosts.isEmpty, !ladder.rungs.isEmpty else { return [] }
        var lines = [layout.heading.trimmed(0, paint)]
        var clock = clock
        for rung in ladder.rungs {
            let (silence, time) = clock.tick(rung)
            lines += silence.map(silent)
            var rows = draw(rung)
            rows[0].write(time, .faint, column: layout.gutter - time.count - 1)
            lines += rows.map { $0.trimmed(0, paint) }
        }
        return lines
    }

    private func silent(_ silence: LadderClock.Silence) -> String {
        switch silence {
        case .line: return layout.lifelines().trimmed(0, paint)
        case .broken(let time):
            var row = layout.lifelines("⋮")
            row.write("⋮ \(time)", .faint, column: layout.columns[0])
            return row.trimmed(0, paint)
        }
    }

    private func draw(_ rung: Rung) -> [Canvas] {
        let name = names ? rung.connection.map { " of \($0)" } ?? "" : ""
        // `connect() of c fails with …`: the name stands beside the call.
        var what = rung.what
        if !name.isEmpty, let call = what.firstRange(of: "()") {
            what.insert(contentsOf: name, at: call.upperBound)
        } else {
            what += name
        }
        if !rung.certain { what += ", perhaps" }
        guard let host = rung.host, let from = ladder.hosts.firstIndex(of: host) else { return [layout.note(what)] }
        guard let to = rung.to.flatMap({ ladder.hosts.firstIndex(of: $0) }), to != from else {
            return layout.event(what, at: from, tone: rung.tone)
        }
        let room = layout.room(from, to)
        let whole = what + (rung.remark.map { ": \($0)" } ?? "")
        if whole.count <= room { return [layout.arrow(whole, from, to, rung)] }
        let remark = rung.remark.map { layout.event($0, at: rung.isFlood ? from : to, tone: .faint) } ?? []
        return [layout.arrow(what, from, to, rung)] + remark
    }
}

extension Rung {
    /// Of its line.
    fileprivate var tone: Canvas.Tone {
        if what.contains("fails with") || what.hasSuffix("given up") { return .lost }
        return what.hasSuffix("returns") ? .prompt : .plain
    }
}
