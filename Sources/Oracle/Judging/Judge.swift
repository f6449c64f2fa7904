package import Model

/// Holds a record against the oracle. Pure: the same record gives the same judgement everywhere.
package enum Judge {
    package static func judge(_ record: RunRecord) -> Judgement {
        Judgement(
            instance: record.plan.instance, summary: record.plan.summary, verdict: .inconclusive,
            kernel: record.facts.kernel)
    }
}
