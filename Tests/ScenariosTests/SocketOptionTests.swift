import Model
import Testing

@testable import Scenarios

@Suite struct SocketOptionTests {
    @Test func theLanguageHasWhatTheRunnerCanSet() {
        #expect(SocketOption.settable.subtracting(Vocabulary.socketOptions.keys).isEmpty)
        #expect(!SocketOption.settable.isEmpty)
    }

    @Test(arguments: Vocabulary.socketOptions.sorted { $0.key < $1.key })
    func whatTheRunnerCannotSetIsNotBuiltYet(_ option: String, _ unit: String) throws {
        let value = unit.isEmpty ? "1" : "1\(unit)"
        let scenario = try Fixture.scenario(
            Fixture.text(
                actions: """
                    - listen: { on: server, as: l }
                      - connect: { on: client, to: server, as: c, options: { \(option): \(value) } }
                    """))
        guard !SocketOption.settable.contains(option) else {
            #expect(scenario.unbuilt.isEmpty)
            return
        }
        let error = try #require(scenario.unbuilt.first)
        #expect(error.message == "not built yet: option \(option) of action connect")
        #expect(error.location?.line == 8 && error.location?.column == 58)
        #expect(throws: InputErrors.self) { try Fixture.planner.plan(scenario) }
    }
}
