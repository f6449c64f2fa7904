import Model

/// What the plan's faults take of packets that are sent one after the other, as the filters count them.
struct FaultBook {
    private struct Entry {
        let fault: Fault
        var isOn: Bool
        var matches = 0
    }

    private var entries: [Entry]

    init(_ plan: Plan) { entries = plan.faults.map { Entry(fault: $0, isOn: $0.startsOn) } }

    mutating func set(_ change: FaultSwitch) {
        for index in entries.indices where entries[index].fault.name == change.fault { entries[index].isOn = change.on }
    }

    /// Whether one of them takes this packet. Each fault that is on counts it until one takes it.
    mutating func takes(_ segment: Segment) -> Bool {
        for index in entries.indices where entries[index].isOn && entries[index].fault.selector.matches(segment) {
            entries[index].matches += 1
            if entries[index].fault.selector.takes(entries[index].matches) { return true }
        }
        return false
    }
}
