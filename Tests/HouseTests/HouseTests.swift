import Testing

/// The rules of the house, held against every file of it.
@Suite struct HouseTests {
    static let swift = Checkout.files(".swift")
    static let text =
        swift + [".md", ".yaml", ".yml", ".json", ".sh", ".h", ".c", "Makefile", ".ci/run"].flatMap(Checkout.files)

    @Test func everyFileIsLookedAt() {
        #expect(Self.swift.contains { $0.path == "Package.swift" })
        #expect(Set(Self.swift.compactMap(\.target)).isSuperset(of: Layering.allowed.keys))
    }

    @Test func importsFollowTheLayers() { none(Self.swift.flatMap(Layering.check)) }

    @Test func filesAndFunctionsAreShort() { none(Self.swift.flatMap(Lengths.check)) }

    @Test func bannedCallsAreNotMade() {
        none(Self.swift.filter { $0.target != "HouseTests" }.flatMap(BannedCalls.check))
    }

    @Test func nothingIsLeftUnfinished() { none(Self.text.flatMap(BannedCalls.unfinishedMarks)) }

    @Test func filesAreNamedForTheirMainType() {
        none(Self.swift.filter(\.isProduct).flatMap(Names.mainType))
    }

    @Test func scenarioNamesAreUnique() { none(Names.uniqueScenarios(Checkout.paths)) }

    @Test func nothingNamesThisMachine() {
        none(Self.text.filter { $0.target != "HouseTests" }.flatMap(Names.machinePaths))
    }

    @Test func linksLeadSomewhere() {
        var places = Set(Checkout.paths)
        for path in Checkout.paths {
            var parts = path.split(separator: "/").dropLast()
            while !parts.isEmpty {
                places.insert(parts.joined(separator: "/"))
                parts = parts.dropLast()
            }
        }
        none(Checkout.files(".md").flatMap { Links.check($0, exists: places.contains, text: Checkout.text) })
    }

    private func none(_ violations: [Violation], _ location: SourceLocation = #_sourceLocation) {
        for violation in violations { Issue.record("\(violation)", sourceLocation: location) }
    }
}
