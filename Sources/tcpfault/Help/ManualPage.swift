import ArgumentParser
import FoundationEssentials
import Model

/// The manual page in man(7), made from what the commands say of themselves, so that no option is missing from it.
struct ManualPage {
    private let tool: Tool

    init() throws { tool = try JSONDecoder().decode(Tool.self, from: Data(Tcpfault._dumpHelp().utf8)) }

    var lines: [String] {
        let command = tool.command
        return [
            ".TH TCPFAULT 1 \"\" \"tcpfault \(Version.current)\" \"User Commands\"",
            ".SH NAME", "tcpfault \\- \(Self.escaped(command.abstract ?? ""))",
            ".SH SYNOPSIS", ".B tcpfault", ".I command", "[options]",
            ".SH DESCRIPTION",
        ] + Self.text(command.discussion ?? "") + [".SH COMMANDS"]
            + shown(command).flatMap { section($0, "tcpfault") }
            + Self.section("EXIT STATUS", Self.statuses) + Self.section("ENVIRONMENT", Self.variables)
            + Self.section("FILES", Self.files)
    }

    /// The part of `--experimental-dump-help` that a page needs.
    private struct Tool: Decodable { var command: Command }

    private struct Command: Decodable {
        var commandName: String
        var aliases: [String]?
        var abstract: String?
        var discussion: String?
        var subcommands: [Command]?
        var arguments: [Argument]?
        var shouldDisplay: Bool
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }
        var kind: String
        var shouldDisplay: Bool
        var isOptional: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var defaultValue: String?
        var allValues: [String]?
        var abstract: String?
        var discussion: String?
    }

    private func shown(_ command: Command) -> [Command] {
        (command.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }

    private func section(_ command: Command, _ parent: String) -> [String] {
        let name = "\(parent) \(command.commandName)"
        let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
        let operands = arguments.filter { $0.kind == "positional" }.map { argument in
            let value = (argument.valueName ?? "value") + (argument.isRepeating ? " ..." : "")
            return argument.isOptional ? "[\(value)]" : value
        }
        let options = arguments.contains { $0.kind != "positional" } ? ["[options]"] : []
        let title = ([name] + options + operands).joined(separator: " ")
        let alias = command.aliases.map { ["Also called \($0.joined(separator: ", "))."] } ?? []
        return [".SS \"\(Self.escaped(title))\"", Self.line(command.abstract ?? "")] + alias
            + (command.discussion.map { [".PP"] + Self.text($0) } ?? []) + arguments.flatMap(item)
            + shown(command).flatMap { section($0, name) }
    }

    /// `--help` and `--version` are every command's, and told once nowhere: they explain themselves.
    private func item(_ argument: Argument) -> [String] {
        let names = argument.names ?? []
        if names.contains(where: { ["help", "version"].contains($0.name) }) { return [] }
        let value = argument.valueName ?? "value"
        var term = names.map { "\\fB\(Self.escaped(($0.kind == "long" ? "--" : "-") + $0.name))\\fR" }
            .joined(separator: ", ")
        if argument.kind != "flag" { term += "\(term.isEmpty ? "" : " ")\\fI\(Self.escaped(value))\\fR" }
        var words = [argument.abstract ?? "", argument.discussion ?? ""]
        if let all = argument.allValues, argument.kind != "flag" {
            words.append("One of \(all.joined(separator: ", ")).")
        }
        if let usual = argument.defaultValue { words.append("Default: \(usual).") }
        return [".TP", term] + words.filter { !$0.isEmpty }.flatMap(Self.text)
    }

    private static func section(_ title: String, _ items: KeyValuePairs<String, String>) -> [String] {
        [".SH \(title)"] + items.flatMap { [".TP", "\\fB\(escaped($0.key))\\fR", line($0.value)] }
    }

    /// Lines that begin with spaces stay as they are.
    private static func text(_ text: String) -> [String] {
        var lines: [String] = []
        var isLiteral = false
        for part in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if part.hasPrefix(" ") != isLiteral {
                isLiteral.toggle()
                lines.append(isLiteral ? ".nf" : ".fi")
            }
            lines.append(part.isEmpty ? ".PP" : line(part))
        }
        return isLiteral ? lines + [".fi"] : lines
    }

    /// A line that is no request.
    private static func line(_ text: String) -> String {
        let escaped = escaped(text)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&\(escaped)" : escaped
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    }
}
