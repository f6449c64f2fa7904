import FoundationEssentials
import Reporting
import SystemPackage

/// The two streams a command writes to: results on standard output, everything else on standard error.
struct Console: Sendable {
    let paint: Paint
    /// Before each note, where several speak at once; nothing is overwritten then.
    private var prefix = ""
    /// Whether standard error is a terminal on which lines may be overwritten.
    private(set) var isLive: Bool
    let width: Int

    init() {
        let environment = ProcessInfo.processInfo.environment
        let plain = environment["TERM"] == "dumb" || environment["CI"].map { !$0.isEmpty && $0 != "false" } ?? false
        let colourless = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        let coloured = environment["FORCE_COLOR"].map { !$0.isEmpty && $0 != "0" } ?? false
        paint = Paint(
            isOn: coloured || HostProcess.isTerminal(1) && !plain && !colourless,
            width: HostProcess.isTerminal(1) ? HostProcess.terminalWidth(1) : Paint.widest)
        isLive = HostProcess.isTerminal(2) && !plain
        width = HostProcess.terminalWidth(2)
    }

    func speaking(for name: String) -> Console {
        var console = self
        console.prefix = "\(name): "
        console.isLive = false
        return console
    }

    func result(_ lines: [String]) { write(lines, to: .standardOutput) }

    func result<Document: Encodable>(_ document: Document) throws {
        result([try JSON.text(document)])
    }

    func note(_ lines: [String]) { write(lines.map { prefix + $0 }, to: .standardError) }

    func raw(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(text.utf8) }

    /// A reader who went away (`| head`) is no error. A disk that is full is: nobody may take half a report for green.
    private func write(_ lines: [String], to descriptor: FileDescriptor) {
        do {
            _ = try descriptor.writeAll(lines.map { $0 + "\n" }.joined().utf8)
        } catch let error as Errno where error == .brokenPipe {
        } catch {
            guard descriptor != .standardError else { return }
            note(["error: the report cannot be written: \(error)"])
            CommandStatus.inconclusive.end()
        }
    }
}
