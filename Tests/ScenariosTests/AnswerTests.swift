import Model
import Oracle
import Testing

@testable import Scenarios

/// Answers to operators' questions.
@Suite struct AnswerTests {
    @Test func everyScenarioHasOneThatIsComplete() throws {
        for name in try Fixture.library.names() {
            let scenario = try Fixture.library.load(name)
            #expect(scenario.question?.hasSuffix("?") == true, "\(name)")
            let answer = try #require(scenario.answer, "\(name)")
            for text in [answer.because, answer.costs, answer.advice, answer.unless] {
                #expect(text?.isEmpty == false, "\(name)")
            }
        }
    }

    /// They hang on sysctls and kernels, and come from the laws.
    @Test func noneHasFiguresOfItsOwn() throws {
        for name in try Fixture.library.names() {
            guard let answer = try Fixture.library.load(name).answer else { continue }
            for text in [answer.happens, answer.because, answer.costs, answer.advice, answer.unless] {
                let figure = text?.firstMatch(of: #/\d\s?(?:ms|s|min|seconds?|minutes?|SYNs?|retries)\b/#)
                #expect(figure == nil, "\(name): \(figure.map { String($0.output) } ?? "")")
            }
        }
    }

    @Test func anAnswerIsReadWordForWord() throws {
        let answer = try Fixture.scenario(
            Fixture.text(head: "answer: { happens: It hangs., unless: You like to wait. }")
        ).answer
        #expect(answer == Answer(happens: "It hangs.", unless: "You like to wait."))
    }

    @Test func anExplanationCanBeMadeOfEveryInstance() throws {
        var facts = Fixture.facts()
        facts.sysctls["net.ipv4.tcp_no_metrics_save"] = "1"
        let planner = try Planner(Fixture.library, facts: facts)
        for name in try Fixture.library.names() {
            for plan in try planner.plan(try Fixture.library.load(name)).compactMap(\.plan) {
                let figures = try Figures(plan, facts: facts)
                #expect(!figures.ladder.rungs.isEmpty, "\(plan.instance)")
            }
        }
    }
}
