import Model
import Oracle
import Reporting
import Testing

@Suite("The table of a sweep")
struct SweepTableTests {
    private func row(
        _ law: String, _ parameters: [String], expected: String, seen: String, _ verdict: Verdict = .pass
    ) -> SweepTable.Row {
        var plan = Examples.plan()
        plan.instance = "oracle-check/ipv4/\(parameters.joined(separator: ","))"
        let rule = "because of the kernel"
        let prediction = Prediction(claim: .law(LawClaim(law: law, of: "l")), expected: expected, rule: rule)
        let point = SweepPoint(
            parameters: parameters, plan: plan,
            forecast: Forecast(predictions: [prediction], longest: .seconds(1)))
        let finding = Finding(verdict: verdict, title: "law \(law) of l", expected: expected, seen: seen, rule: rule)
        return SweepTable.Row(
            point,
            Judgement(
                instance: plan.instance, summary: "", verdict: verdict,
                reason: verdict == .pass ? nil : "law \(law) of l: expected \(expected); seen \(seen)",
                findings: [finding], kernel: "6.18.0"))
    }

    @Test("A law of times is shown without the words that every row would repeat")
    func times() throws {
        let table = SweepTable(
            columns: SynRetransmissionSweep.columns,
            rows: [
                row(
                    "syn-retransmission", ["2", "0", "", "", "", ""],
                    expected: "3 SYNs, then connect() fails with ETIMEDOUT after 7.000–7.352 s",
                    seen: "3 SYNs, then connect() failed with ETIMEDOUT after 7.140 s")
            ])
        try Snapshot.check(table.lines, "sweep-times")
    }

    @Test("A law of counts has columns of its own")
    func counts() throws {
        let law = "half-open-limit"
        let table = SweepTable(
            columns: ["backlog", "somaxconn", "tcp_syncookies"],
            rows: [
                row(law, ["128", "", "0"], expected: "129 half-open", seen: "129 half-open"),
                row(law, ["128", "64", "0"], expected: "65 half-open", seen: "64 half-open", .fail),
            ])
        try Snapshot.check(table.lines, "sweep-counts")
        #expect(table.count(.pass) == 1)
        #expect(table.count(.fail) == 1)
    }
}
