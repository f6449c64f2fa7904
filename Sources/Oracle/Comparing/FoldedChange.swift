/// The same change, with the same explanation, in several instances: told once.
package struct FoldedChange: Sendable, Hashable {
    /// Without an instance.
    package var change: Change
    /// In their order; none for the facts.
    package var instances: [String]
}

extension Comparison {
    /// In the order of their first instances. The rule that explains a change may be told with other values in each.
    package var folded: [FoldedChange] {
        var folded: [FoldedChange] = []
        var places: [Change: Int] = [:]
        for change in changes {
            var alike = change
            alike.instance = nil
            var key = alike
            if case .law(var reason) = key.explanation {
                reason.ruleBefore = ""
                reason.ruleAfter = ""
                key.explanation = .law(reason)
            }
            if let place = places[key] {
                folded[place].instances += [change.instance].compactMap(\.self)
            } else {
                places[key] = folded.count
                folded.append(FoldedChange(change: alike, instances: [change.instance].compactMap(\.self)))
            }
        }
        return folded
    }
}
