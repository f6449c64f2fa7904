/// Which modules to keep for those that are wanted, and in what order they can be loaded.
struct ModuleSelection: Hashable {
    var order: [String] = []
    var answers: [ModuleAnswer] = []

    /// Walks through the dependencies. `depends` is asked once for each module that has a file.
    static func select(
        _ wanted: [String], hasFile: (String) -> Bool, builtIn: Set<String>?,
        depends: (String) async throws -> [String]
    ) async throws -> ModuleSelection {
        var selection = ModuleSelection()
        var seen: Set<String> = []
        let names = wanted.map { WantedModule.canonical($0) }.filter { seen.insert($0).inserted }
        var known: [String: [String]] = [:]
        var open = names
        while let name = open.popLast() {
            guard known[name] == nil, hasFile(name) else { continue }
            let needed = try await depends(name)
            known[name] = needed
            open += needed
        }
        for name in names {
            guard known[name] != nil else {
                let state: ModuleAnswer.State = builtIn.map { $0.contains(name) ? .builtIn : .absent } ?? .unknown
                selection.answers.append(ModuleAnswer(name: name, state: state, lacks: nil))
                continue
            }
            var chain: [String] = []
            if let lacking = selection.append(name, known, builtIn, &chain) {
                selection.answers.append(ModuleAnswer(name: name, state: .absent, lacks: lacking))
            } else {
                selection.order += chain
                selection.answers.append(ModuleAnswer(name: name, state: .loadable, lacks: nil))
            }
        }
        return selection
    }

    /// Puts a module behind those it depends on; the name of what is lacking, if anything is.
    private func append(
        _ name: String, _ known: [String: [String]], _ builtIn: Set<String>?, _ chain: inout [String],
        above: Set<String> = []
    ) -> String? {
        if order.contains(name) || chain.contains(name) || above.contains(name) { return nil }
        guard let needed = known[name] else {
            // What is built in is no dependency in the files of modern kernels; in those of old ones it is no harm.
            return builtIn.map { $0.contains(name) } ?? false ? nil : name
        }
        for other in needed {
            if let lacking = append(other, known, builtIn, &chain, above: above.union([name])) { return lacking }
        }
        chain.append(name)
        return nil
    }
}
