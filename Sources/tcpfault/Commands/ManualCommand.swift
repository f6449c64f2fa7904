import ArgumentParser

struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Prints this program's manual page, for man(1).",
        discussion: "\(Examples(["tcpfault manual | man -l -": "to read it here"]))")

    func run() throws { Console().result(try ManualPage().lines) }
}
