import ArgumentParser
import Scenarios

extension CompletionKind {
    /// Names of the scenarios that are found from here. A shell is told nothing where there are none.
    static let scenarios = CompletionKind.custom { _, _, prefix in
        let names = (try? Places.library(nil).names()) ?? []
        return names.filter { $0.hasPrefix(prefix) }
    }
}
