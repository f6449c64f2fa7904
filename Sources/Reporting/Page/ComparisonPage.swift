package import Model
package import Oracle

/// A comparison as one HTML file: whether it is explained, by what, and the ladders of each instance that changed over one
/// another on one axis of time.
package struct ComparisonPage {
    /// An instance in one of the two runs.
    package struct Side: Sendable, Encodable {
        let judgement: Judgement
        let extras: PageExtras

        /// `folder` is where the record lies, as a link from the page's place.
        package init(_ record: RunRecord, folder: String) {
            judgement = Judge.judge(record)
            extras = PageExtras(record, folder: folder)
        }
    }

    package struct Pair: Sendable, Encodable {
        let before: Side
        let after: Side

        package init(before: Side, after: Side) {
            self.before = before
            self.after = after
        }
    }

    private let digest: ComparisonDigest
    private let sides: (String) throws -> Pair?

    /// `sides` is asked for each instance that changed.
    package init(_ comparison: Comparison, sides: @escaping (String) throws -> Pair? = { _ in nil }) {
        digest = ComparisonDigest(comparison)
        self.sides = sides
    }

    /// The document that `comparison.js` reads.
    private struct Document: Encodable {
        var headline: String
        /// `explained`, `unexplained`, `incomplete`: what the exit status says.
        var verdict: Verdict
        /// The two kernels in short, and all that is known of them.
        var kernels: [String]
        var sides: [String]
        /// Unexplained ones first.
        var groups: [Group]
        var instances: [Instance]
        /// Names of those in which nothing changed.
        var same: [String]
        /// Instance and reason.
        var unsure: [[String]]
    }

    private struct Group: Encodable {
        var heading: String
        var isExplained: Bool
        /// The law's rule before and after; one where they are the same, none where no law explains it.
        var rules: [String]
        var lines: [Line]
    }

    private struct Line: Encodable {
        var kind: String
        var what: [String]
        /// `nil`: absent.
        var before: String?
        var after: String?
        var cause: String?
        /// None for the facts of the kernels.
        var instances: [String]
    }

    private struct Instance: Encodable {
        var name: String
        var changes: [Row]
        var pair: Pair?
    }

    private struct Row: Encodable {
        /// An index of the groups.
        var group: Int
        var line: Line
    }

    package func lines() throws -> [String] {
        let comparison = digest.comparison
        let groups = groups
        let changed = Set(comparison.changes.compactMap(\.instance))
        let document = Document(
            headline: digest.headline, verdict: comparison.exitStatus.verdict,
            kernels: [comparison.before.kernel, comparison.after.kernel],
            sides: [ComparisonDigest.words(comparison.before), ComparisonDigest.words(comparison.after)],
            groups: groups,
            instances: try comparison.compared.filter(changed.contains).map { name in
                Instance(name: name, changes: rows(of: name, groups), pair: try sides(name))
            }, same: comparison.compared.filter { !changed.contains($0) },
            unsure: comparison.unsure.map { [$0.instance, $0.reason] })
        return PageFile(
            title: "tcpfault compare: \(digest.headline)", json: try JSON.text(document, pretty: false),
            plain: ComparisonText(comparison).lines, scripts: PageScripts.comparison
        ).lines
    }

    private var groups: [Group] {
        let open = digest.unexplained
        let unexplained = Group(
            heading: Explanation.unexplained.heading, isExplained: false, rules: [],
            lines: ComparisonDigest.lines(open).map(Self.line))
        return (open.isEmpty ? [] : [unexplained])
            + digest.explained.map { group in
                var rules: [String] = []
                if case .law(let reason) = group.explanation {
                    let isOne = reason.ruleBefore == reason.ruleAfter
                    rules = isOne ? [reason.ruleAfter] : [reason.ruleBefore, reason.ruleAfter]
                }
                return Group(
                    heading: group.heading, isExplained: true, rules: rules,
                    lines: ComparisonDigest.lines(group.folds).map(Self.line))
            }
    }

    private func rows(of instance: String, _ groups: [Group]) -> [Row] {
        digest.comparison.changes.filter { $0.instance == instance }.map { change in
            let heading = change.explanation.heading
            return Row(
                group: groups.firstIndex { $0.heading == heading } ?? -1,
                line: Self.line(change, [change.what], instances: []))
        }
    }

    private static func line(_ line: ComparisonDigest.Line) -> Line {
        Self.line(line.fold.change, line.names, instances: line.fold.instances)
    }

    private static func line(_ change: Change, _ names: [String], instances: [String]) -> Line {
        Line(
            kind: change.kind.rawValue, what: names, before: change.before, after: change.after,
            cause: change.explanation.cause, instances: instances)
    }
}
