package import Model

/// What several sets of sysctls mean, side by side.
package struct ProfileComparison: Sendable, Hashable, Encodable {
    package struct Column: Sendable, Hashable, Encodable {
        package var name: String
        package var summary: String
        /// What decides: those that any of the profiles sets, as they are in force with this one.
        package var sysctls: [String: String]
        /// What of it this kernel does not take, in words.
        package var lacks: [String]
    }

    package struct Row: Sendable, Hashable, Encodable {
        package var question: String
        package var law: String
        /// One a column; `null` where the law cannot answer.
        package var figures: [ServiceFigure?]
    }

    /// A profile as a kernel takes it.
    package struct Side: Sendable {
        package var name: String
        package var summary: String
        /// With the sysctls that are in force.
        package var facts: Facts
        package var lacks: [String]

        package init(name: String, summary: String, facts: Facts, lacks: [String]) {
            self.name = name
            self.summary = summary
            self.facts = facts
            self.lacks = lacks
        }
    }

    package var format: Int
    package var kernel: String
    /// In the order of the profiles.
    package var keys: [String]
    package var profiles: [Column]
    package var rows: [Row]
    /// Whether the sizes of kernel objects are known, which only root may read.
    package var knowsBytes: Bool

    /// Questions that no side answers are left out.
    package init(_ sides: [Side], keys: [String], questions: [ProfileQuestion] = ProfileQuestion.all) {
        format = Format.version
        kernel = sides.first?.facts.kernel ?? ""
        self.keys = keys
        profiles = sides.map { side in
            Column(
                name: side.name, summary: side.summary, sysctls: side.facts.sysctls.filter { keys.contains($0.key) },
                lacks: side.lacks)
        }
        let figures = sides.map { ServiceFigures($0.facts) }
        rows = questions.map { question in
            Row(question: question.text, law: question.law, figures: figures.map(question.figure))
        }.filter { $0.figures.contains { $0 != nil } }
        knowsBytes = sides.contains { $0.facts.objectSizes?.isEmpty == false }
    }
}
