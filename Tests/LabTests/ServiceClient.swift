import FoundationEssentials
import Glibc
import Kernel
import Lab
import Model
import Synchronization

/// A service on a thread of its own, and the two pipes to it.
final class ServiceClient {
    struct Surprise: Error {}

    private let requests: Int32
    private let messages: Int32
    private let theirs: [Int32]
    private let thread: PlainThread
    private let outcome = Outcome()
    private var pending: [UInt8] = []

    private final class Outcome: Sendable {
        let completed = Mutex<Bool?>(nil)
    }

    init(attended: Bool = false) throws {
        let down = try Self.pipe()
        let up = try Self.pipe()
        requests = down.write
        messages = up.read
        theirs = [down.read, up.write]
        let outcome = outcome
        thread = try PlainThread {
            let service = try? RunnerService(
                RunnerService.Settings(attended: attended), input: down.read, output: RunnerOutput(up.write))
            let completed = try? service?.serve()
            outcome.completed.withLock { $0 = completed }
        }
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        try system("make a pipe") { Glibc.pipe(&ends) }
        return (ends[0], ends[1])
    }

    func send(_ request: RunnerRequest) throws {
        try send(line: String(decoding: try JSONEncoder().encode(request), as: UTF8.self))
    }

    func send(line: String) throws {
        let bytes = Array("\(line)\n".utf8)
        try system("send a request") { write(requests, bytes, bytes.count) }
    }

    /// The next message, but for those that a run begins.
    func receive() throws -> RunnerMessage {
        while true {
            let message = try hear()
            if case .began = message { continue }
            return message
        }
    }

    /// The next message.
    func hear() throws -> RunnerMessage {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(pending[..<end])
                pending.removeFirst(end + 1)
                return try JSONDecoder().decode(RunnerMessage.self, from: Data(line))
            }
            var chunk = [UInt8](repeating: 0, count: 4_096)
            let count = try system("receive a message") { read(messages, &chunk, chunk.count) }
            guard count > 0 else { throw Surprise() }
            pending += chunk[..<count]
        }
    }

    /// Ends the input and waits for the service. Answers whether it had finished its work.
    func end() throws -> Bool {
        close(requests)
        thread.join()
        for descriptor in theirs + [messages] { close(descriptor) }
        guard let completed = outcome.completed.withLock({ $0 }) else { throw Surprise() }
        return completed
    }
}

enum TextNumber {
    static func environment(_ name: String) -> Int? {
        getenv(name).flatMap { Int(String(cString: $0)) }
    }

    /// VmRSS of this process.
    static func residentKilobytes() throws -> Int {
        let status = try TextFile.read("/proc/self/status")
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
