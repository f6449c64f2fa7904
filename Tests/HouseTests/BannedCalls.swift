/// Calls and words that have a better replacement here.
enum BannedCalls {
    struct Ban: @unchecked Sendable {  // Regex is immutable here, but not marked Sendable.
        let pattern: Regex<Substring>
        /// Targets where it is allowed; elsewhere in `Sources`, and in tests where `inTests`, it is not.
        var allowed: Set<String> = []
        var inTests = false
        /// Looks into string literals too.
        var inStrings = false
        let instead: String
    }

    static let bans: [Ban] = [
        Ban(
            pattern: #/\b(?:debugPrint|print|dump)\(/#, allowed: ["tcpfault", "tcpfault-run"],
            instead: "return the text, or report it as an event or a complaint"),
        Ban(
            pattern: #/\bfatalError\(/#, instead: "precondition with its reason for a bug, throw for a condition"),
        Ban(pattern: #/\btry!/#, inTests: true, instead: "try, and let the caller hear of it"),
        Ban(pattern: #/\bas!/#, inTests: true, instead: "as?, with what to do otherwise"),
        Ban(
            pattern: #/\bThread\.sleep|(?:^|[^.\w])sleep\(/#, inTests: true,
            instead: "wait for the event itself, with a deadline"),
        Ban(
            pattern: #/\busleep\(/#, allowed: Layering.besideTheKernel.union(["ProgramTests"]), inTests: true,
            instead: "wait for the event itself; beside the kernel, a short pause in a loop with a deadline"),
        Ban(
            pattern: #/\bProcessInfo\b/#, allowed: ["tcpfault"],
            instead: "a value handed in: only the program itself looks at its surroundings"),
        Ban(
            pattern: #/\b(?:Process|NSTask)\(|\bpopen\(|\bGlibc\.system\(/#,
            instead: "Subprocess in tcpfault and VirtualMachines; nothing else starts processes"),
        Ban(
            pattern: #/\bDispatch(?:Queue|Group|Semaphore|Source|WorkItem)\b|\bimport Dispatch\b/#, inTests: true,
            instead: "structured concurrency in tcpfault; FreshThread beside the kernel"),
        Ban(
            pattern: #/"(?:[^"]*\/)?(?:ip|tc|ss|sysctl|ethtool|unshare|nsenter)"/#,
            // There "sysctl" is a word of the language, and no program can be started.
            allowed: ["Scenarios"], inStrings: true,
            instead: "a netlink message or a file opened inside the namespace: the project runs no such program"),
    ]

    private static let unfinished = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]

    static func check(_ file: SourceFile) -> [Violation] {
        guard let target = file.target else { return [] }
        var violations: [Violation] = []
        for ban in bans where (file.isProduct || ban.inTests) && !ban.allowed.contains(target) {
            for (index, line) in (ban.inStrings ? file.withoutComments : file.code).enumerated() {
                guard let match = line.firstMatch(of: ban.pattern.wordBoundaryKind(.simple)) else { continue }
                let word = match.output.trimmingPrefix(while: \.isWhitespace)
                violations.append(
                    Violation(path: file.path, line: index + 1, message: "'\(word)': instead \(ban.instead)"))
            }
        }
        return violations + unsafeMarks(file) + unfinishedMarks(file)
    }

    static func unfinishedMarks(_ file: SourceFile) -> [Violation] {
        file.lines.enumerated().flatMap { index, line in
            let words = line.split { !$0.isLetter }
            return unfinished.filter { words.contains(Substring($0)) }.map {
                Violation(path: file.path, line: index + 1, message: "'\($0)': finish it, or open an issue for it")
            }
        }
    }

    /// What switches a check off needs its reason, on the same line or the one above.
    private static func unsafeMarks(_ file: SourceFile) -> [Violation] {
        let marks = #/@unchecked\s+Sendable|nonisolated\(unsafe\)|@preconcurrency/#
        return file.code.enumerated().compactMap { index, line in
            guard let match = line.firstMatch(of: marks.wordBoundaryKind(.simple)) else { return nil }
            let above = index > 0 ? file.lines[index - 1] : ""
            if file.lines[index].contains("//") || above.contains("//") { return nil }
            return Violation(
                path: file.path, line: index + 1, message: "'\(match.output)' needs its reason beside it")
        }
    }
}
