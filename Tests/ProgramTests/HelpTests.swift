import Foundation
import Testing

/// What the program says of itself: help with examples, a manual page, completions.
@Suite struct HelpTests {
    /// Of the list that `tcpfault --help` ends with.
    private func commands() throws -> [String] {
        let help = try Program.run(["--help"]).output
        let list = help.components(separatedBy: "SUBCOMMANDS:\n").last ?? ""
        return list.split(separator: "\n").prefix { $0.hasPrefix(" ") }.compactMap { line in
            line.hasPrefix("   ") || line.hasPrefix("  See ")
                ? nil : line.split(whereSeparator: { " ,".contains($0) }).first.map(String.init)
        }
    }

    @Test("Each command's help has an example that the program understands")
    func examples() throws {
        let all = try commands()
        #expect(all.count > 12 && all.contains("run") && all.contains("manual"))
        for command in all where command != "kernels" {
            let help = try Program.run(["help", command])
            #expect(help.status == 0)
            let examples = help.output.split(separator: "\n").filter { $0.hasPrefix("  tcpfault \(command) ") }
            #expect(!examples.isEmpty, "tcpfault \(command) has no example")
        }
    }

    @Test("The manual page has every command, and each option of run")
    func manual() throws {
        let page = try Program.run(["manual"])
        #expect(page.status == 0)
        for command in try commands() {
            #expect(page.output.contains(".SS \"tcpfault \(command.replacing("-", with: "\\-"))"), "\(command)")
        }
        let help = try Program.run(["help", "run"]).output
        let options = help.matches(of: /(?m)^  (?:-., )?--([a-z-]+)/).map { String($0.1) }.filter { $0 != "version" }
        #expect(options.count > 15)
        for option in options where option != "help" {
            #expect(page.output.contains("\\fB\\-\\-\(option.replacing("-", with: "\\-"))\\fR"), "--\(option)")
        }
    }

    @Test("man(1) has nothing to say against the page", .enabled(if: Self.has("groff"), "no groff here"))
    func groff() throws {
        let page = try Program.run(["manual"]).output
        let folder = try Folder()
        let file = try folder.write("tcpfault.1", Data(page.utf8))
        #expect(try Self.shell("groff -man -Tutf8 -ww -z '\(file)' 2>&1") == "")
        let bent = try folder.write("bent.1", Data((page + "\n.NOSUCH x\n\\fQ").utf8))
        #expect(try Self.shell("groff -man -Tutf8 -ww -z '\(bent)' 2>&1") != "")
    }

    @Test("bash completes commands, options and the names of scenarios")
    func completion() throws {
        let script = try Program.run(["--generate-completion-script", "bash"]).output
        let folder = try Folder()
        let file = try folder.write("tcpfault.bash", Data(script.utf8))
        func completed(_ words: String...) throws -> [String] {
            let list = (["tcpfault"] + words).map { "'\($0)'" }.joined(separator: " ")
            let lines = """
                PATH='\(Program.products.path)':$PATH; cd '\(Program.package.path)'
                source '\(file)'
                COMP_WORDS=(\(list)); COMP_CWORD=\(words.count); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
                COMP_TYPE=9; COMPREPLY=()
                _tcpfault tcpfault "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            return try Self.shell(lines).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(try completed("ex") == ["explain"])
        #expect(try completed("run", "--sha").contains("--shard"))
        #expect(try completed("run", "connect-timeout-") == ["connect-timeout-default"])
        #expect(try completed("explain", "synfl") == ["synflood"])
        #expect(try completed("run", "nosuch").isEmpty)
    }

    private static func has(_ program: String) -> Bool { (try? shell("command -v \(program)"))?.isEmpty == false }

    private static func shell(_ lines: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", lines]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
