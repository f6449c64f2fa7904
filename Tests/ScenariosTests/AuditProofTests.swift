import Oracle
import Testing

@testable import Scenarios

/// What an audit names must be there for its reader to run.
@Suite struct AuditProofTests {
    @Test(arguments: AuditRule.all.filter { $0.scenario != nil }.map(\.question))
    func theScenarioIsInTheLibraryAndExpectsTheLaw(_ question: AuditQuestion) throws {
        let rule = try #require(AuditRule.all.first { $0.question == question })
        let scenario = try Fixture.library.load(try #require(rule.scenario))
        if let law = rule.law { #expect(scenario.laws.contains(law), "\(scenario.name) expects \(scenario.laws)") }
    }
}
