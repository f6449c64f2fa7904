import FoundationEssentials
import Oracle
import Reporting

/// Whether a second run of the same plans left the same files as the first, byte for byte.
enum Twins {
    /// What the runner wrote; `judgement.json` follows from it.
    private static func isEvidence(_ name: String) -> Bool { name == "record.json" || name.hasSuffix(".pcapng") }

    /// One line for each instance whose files differ, with the first place; none: they are identical.
    static func differences(_ first: RunReport, _ second: RunReport) throws -> [String] {
        let others = Dictionary(uniqueKeysWithValues: second.outcomes.map { ($0.judgement.instance, $0) })
        return try first.outcomes.filter { $0.judgement.verdict != .skip }.compactMap { outcome in
            let instance = outcome.judgement.instance
            guard let one = outcome.folder, let other = others[instance]?.folder else {
                return "\(instance): there is no record of \(outcome.folder == nil ? "the first" : "the second") run"
            }
            return try difference(one, other).map { "\(instance): \($0)" }
        }
    }

    static func words(_ differences: [String], of report: RunReport) -> [String] {
        let compared = report.outcomes.count { $0.judgement.verdict != .skip }
        return differences + ["run twice: \(compared - differences.count) of \(compared) identical, byte for byte"]
    }

    private static func difference(_ one: String, _ other: String) throws -> String? {
        let files = FileManager.default
        let names = Set(try files.contentsOfDirectory(atPath: one) + files.contentsOfDirectory(atPath: other))
        for name in names.filter(isEvidence).sorted(by: >) {
            guard let left = files.contents(atPath: "\(one)/\(name)"),
                let right = files.contents(atPath: "\(other)/\(name)")
            else { return "\(name) is there only once" }
            if left != right { return place(name, left, right) }
        }
        return nil
    }

    private static func place(_ name: String, _ left: Data, _ right: Data) -> String {
        guard name == "record.json" else {
            let offset = zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            return "\(name) differs from byte \(offset ?? min(left.count, right.count)) on"
        }
        let (ours, theirs) = (left.split(separator: 10), right.split(separator: 10))
        let index = zip(ours, theirs).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        guard let index else { return "\(name): one goes on where the other ends" }
        func text(_ line: Data) -> String { String(decoding: line, as: UTF8.self).trimming(while: \.isWhitespace) }
        return "\(name), line \(index + 1): \(text(ours[index])) and \(text(theirs[index]))"
    }
}

extension String {
    fileprivate func trimming(while isLoose: (Character) -> Bool) -> String {
        String(String(drop(while: isLoose).reversed()).drop(while: isLoose).reversed())
    }
}
