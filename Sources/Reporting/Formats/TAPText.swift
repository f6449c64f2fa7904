import Model
import Oracle

/// What KTAP and TAP have in common.
enum TAPText {
    /// One line of it: a `#` would begin a directive.
    static func plain(_ text: String) -> String { quoted(String(text.map { $0.isNewline ? " " : $0 })) { "~" } }

    static func diagnostics(_ lines: [String]) -> [String] {
        lines.flatMap { $0.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) }
            .map { $0.isEmpty ? "#" : "# \(quoted(String($0)) { "#" })" }
    }

    /// What ends the reading of kunit_parser.py wherever it stands in a line (`KTAP_END`), as last words of a guest may.
    private static let endings = [
        "List of all partitions:", "Kernel panic - not syncing: VFS:", "reboot: System halted",
    ]

    /// Control characters are shown and not sent: the words may be a console's.
    private static func quoted(_ text: String, hash: () -> String) -> String {
        let shown = text.unicodeScalars.map { scalar -> String in
            if scalar == "#" { return hash() }
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            return isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }.joined()
        return endings.reduce(shown) { words, ending in
            words.replacing(ending, with: ending.replacing(" ", with: "_"))
        }
    }

    /// `ok 3 name # time=7141ms`; `separator` stands between the number and the name.
    static func result(
        _ verdict: Verdict, _ number: Int, _ name: String, separator: String = " ", reason: String? = nil,
        milliseconds: Int64? = nil
    ) -> String {
        let ending =
            switch verdict {
            case .pass, .fail: milliseconds.map { " # time=\($0)ms" } ?? ""
            case .skip: " # SKIP \(plain(reason ?? ""))"
            case .inconclusive: " # ERROR \(plain(reason ?? ""))"
            }
        return "\(verdict < .inconclusive ? "ok" : "not ok") \(number)\(separator)\(plain(name))\(ending)"
    }

    /// Of a report without results.
    static let nothing = "none of the instances is this shard's"

    /// kselftest's closing line (`ksft_print_cnts()`).
    static func totals(_ report: RunReport) -> String {
        "# Totals: pass:\(report.count(standing: .pass)) fail:\(report.count(standing: .fail)) xfail:0 xpass:0 "
            + "skip:\(report.count(standing: .skip)) error:\(report.count(standing: .inconclusive))"
    }

    static func bailOut(_ report: RunReport) -> [String] { report.stopped.map { ["Bail out! stopped by \($0)"] } ?? [] }
}

extension RunReport.Outcome {
    var milliseconds: Int64? { judgement.duration > .zero ? judgement.duration.value / 1_000_000 : nil }
}
