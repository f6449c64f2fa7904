import Model
import SystemPackage

/// Follows one boot: reads what the guest says, and notices when it says nothing for too long.
actor GuestFollower {
    private let channel: ChannelReader
    private let console: FileDescriptor
    private let limits: Guest.Limits
    private var lastSign = ContinuousClock.now
    private var clock = Nanoseconds.zero
    private var consoleText: [UInt8] = []
    private(set) var hasEnded = false
    /// Its first program has.
    var hasBegun: Bool { clock != .zero }
    var saidNothing: Bool { !hasBegun && consoleText.isEmpty }

    /// Makes the channel's file and the console's.
    init(_ files: Machine.Files, _ limits: Guest.Limits) throws {
        channel = try ChannelReader(creating: files.channel)
        console = try FileDescriptor.open(
            FilePath(files.console), .readWrite, options: [.create, .truncate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        self.limits = limits
    }

    deinit { try? console.close() }

    /// Whatever is new. Answers why the guest must be given up; `nil` while there is hope.
    func look(_ hear: @Sendable (Guest.News) async throws -> Void) async throws -> String? {
        if let text = try moreConsole() { try await hear(.console(text)) }
        for frame in try channel.frames() {
            lastSign = .now
            switch frame {
            case .message(let line): try await hear(.message(line))
            case .file(let path, let content): try await hear(.file(path: path, content: content))
            case .complaint(let words): try await hear(.complaint(words))
            case .end: hasEnded = true
            }
        }
        let now = try channel.clock()
        if now != clock {
            clock = now
            lastSign = .now
            try await hear(.clock(now))
        }
        return tooLong()
    }

    private func tooLong() -> String? {
        let silence = ContinuousClock.now - lastSign
        if clock == .zero {
            return silence > limits.boot ? "its program had not begun \(limits.boot) after its start" : nil
        }
        if let most = limits.work, clock > most {
            return "it had not ended its work at \(most) of its own time"
        }
        return silence > limits.silence ? "it gave no sign of life for \(limits.silence)" : nil
    }

    private func moreConsole() throws -> String? {
        let start = consoleText.count
        while true {
            let chunk = try [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
                filled = try console.read(
                    fromAbsoluteOffset: Int64(consoleText.count), into: UnsafeMutableRawBufferPointer(buffer))
            }
            if chunk.isEmpty { break }
            consoleText += chunk
        }
        return consoleText.count > start ? String(decoding: consoleText[start...], as: UTF8.self) : nil
    }

    /// The console's last lines, without control characters: a dozen, or all from where the kernel says what broke it.
    var lastLines: [String] {
        let lines = String(decoding: consoleText, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
            String(line.filter { !$0.isASCII || ($0 >= " " && $0 != "\u{7F}") })
        }
        let usual = max(0, lines.count - 12)
        let telling = lines.firstIndex { line in Self.breakage.contains { line.contains($0) } } ?? usual
        return Array(lines[min(usual, telling)...].prefix(40))
    }

    private static let breakage = ["Kernel panic", "Out of memory", "Oops", "BUG:"]
}
