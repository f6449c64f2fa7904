import Model
import Oracle

extension FloodDigest {
    /// From the run's origin to the last thing that is known.
    var end: Nanoseconds {
        let last = calls.map { $0.began + ($0.lasted ?? .zero) }.max() ?? .zero
        return max(flooded.to, halfOpen.last?.at ?? .zero, last)
    }

    /// The most half-open connections in each column of a plot: what was seen last holds until somebody looks again.
    /// `nil` before the first sample and after the last one.
    func halfOpen(on axis: TimeAxis) -> [Int?] {
        var lengths = [Int?](repeating: nil, count: axis.columns)
        var held: Int?
        var next = 0
        for point in halfOpen {
            let column = axis.column(point.at)
            while next < column {
                lengths[next] = lengths[next] ?? held
                next += 1
            }
            lengths[column] = max(lengths[column] ?? 0, point.value)
            held = point.value
        }
        return lengths
    }

    /// The worst of the calls that began in each column of a plot.
    func worstCalls(on axis: TimeAxis) -> [Call?] {
        var worst = [Call?](repeating: nil, count: axis.columns)
        for call in calls {
            let column = axis.column(call.began)
            if let other = worst[column], !call.isWorse(than: other) { continue }
            worst[column] = call
        }
        return worst
    }
}

extension FloodDigest.Call {
    /// From its start until it was connected; `nil` where that never happened.
    var latency: Nanoseconds? { connected ? lasted : nil }

    var tone: Canvas.Tone { latency == nil ? .lost : isPrompt ? .prompt : .late }

    fileprivate func isWorse(than other: Self) -> Bool {
        guard let latency else { return true }
        guard let known = other.latency else { return false }
        return latency > known
    }
}

extension Nanoseconds {
    /// The logarithm in eighths of a decade of nanoseconds, rounded down: 48 for a millisecond.
    var eighthDecades: Int {
        var unit: Int64 = 1
        var decade = 0
        while decade < 18, unit <= value / 10 {
            unit *= 10
            decade += 1
        }
        // 10 to the power of 1/8, 2/8 … 7/8.
        let steps = [1.334, 1.778, 2.371, 3.162, 4.217, 5.623, 7.499]
        return 8 * decade + steps.count { Double(value) >= $0 * Double(unit) }
    }
}
