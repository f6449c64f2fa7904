package import Model

/// Keeps the frames that the `replay` steps of a plan will send once more, from when the sender's tap has heard them: one
/// for each step.
package final class FrameKeeper {
    private struct Wanted {
        var replay: Replay
        /// Matches so far.
        var seen = 0
        var frame: [UInt8]?
        /// Not all of it was captured.
        var isCut = false
    }

    private var wanted: [Int: Wanted] = [:]

    /// `nil`: nothing is replayed.
    package init?(_ plan: Plan) {
        for (index, step) in plan.steps.enumerated() {
            if case .replay(let replay) = step.action { wanted[index] = Wanted(replay: replay) }
        }
        if wanted.isEmpty { return nil }
    }

    func wants(_ interface: String, of host: String) -> Bool {
        wanted.values.contains { $0.replay.host == host && $0.replay.interface == interface }
    }

    func saw(_ frame: Frame, _ bytes: [UInt8], isWhole: Bool, _ interface: String, of host: String) {
        for (step, one) in wanted
        where one.replay.host == host && one.replay.interface == interface && one.replay.selector.matches(frame) {
            wanted[step]?.seen += 1
            guard one.seen + 1 == one.replay.nth else { continue }
            wanted[step]?.frame = bytes
            wanted[step]?.isCut = !isWhole
        }
    }

    /// What was kept for a step, or in words why nothing was.
    func frame(of step: Int) -> (bytes: [UInt8]?, lack: String) {
        guard let one = wanted[step] else { return (nil, "nothing was to be replayed") }
        guard let frame = one.frame else {
            let (seen, nth, replay) = (one.seen, one.replay.nth, one.replay)
            return (nil, "\(replay.host) had sent \(seen) of \(nth) such packets of \(replay.connection)")
        }
        return one.isCut ? (nil, "the packet is longer than what a tap keeps") : (frame, "")
    }
}
