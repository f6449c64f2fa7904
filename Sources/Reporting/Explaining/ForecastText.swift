import Model
package import Oracle

/// A forecast as a timeline in words and seconds.
package struct ForecastText {
    private let forecast: Forecast
    private let paint: Paint

    package init(_ forecast: Forecast, paint: Paint = .none) {
        self.forecast = forecast
        self.paint = paint
    }

    package var lines: [String] {
        let parts = forecast.predictions.map { prediction -> [String] in
            var lines = paint.lines(prediction.expected, first: "  ")
            if !prediction.moments.isEmpty { lines += timeline(prediction.moments) }
            if prediction.rule == Prediction.stated { return lines }
            return lines + paint.lines("because \(prediction.rule)", first: "    ")
        }
        return Array(parts.joined())
    }

    /// `connect() to a host that is gone blocks 131.0–136.1 s: SYNs at 0, 1.0–1.1, … s`, with the rule below it.
    package static func blockade(_ forecast: Forecast, paint: Paint = .none) -> [String] {
        guard let prediction = forecast.predictions.first, let end = prediction.moments.last else { return [] }
        let times = prediction.moments.dropLast().map { moment in
            let window = moment.window
            // Early windows are narrow, late ones wide: as many decimals as show where one begins and ends.
            let decimals = window.to - window.from < .milliseconds(100) ? 2 : 1
            let text =
                window.from == window.to
                ? window.from.fixed(0) : "\(window.from.fixed(decimals))–\(window.to.fixed(decimals))"
            return moment.certain ? text : "perhaps \(text)"
        }
        let sentence =
            "connect() to a host that is gone blocks \(end.window.from.fixed(1))–\(end.window.to.fixed(1)) s "
            + "(\(end.what)): SYNs at \(times.joined(separator: ", ")) s"
        return paint.lines(sentence, first: "")
            + paint.lines("because \(prediction.rule)", first: "  ")
    }

    private func timeline(_ moments: [Moment]) -> [String] {
        var table = TextTable(["from", "to", ""])
        table.rows = moments.map { moment in
            [
                "\(moment.window.from.fixed(3)) s", "\(moment.window.to.fixed(3)) s",
                moment.what + (moment.certain ? "" : " (perhaps)"),
            ]
        }
        return table.lines(indent: 4, width: paint.width) { row, _, text in row < 0 ? paint.dim(text) : text }
    }
}
