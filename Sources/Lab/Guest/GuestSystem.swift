import CLinux
import Glibc
import Kernel
import Model

/// The first and only program of a guest kernel: makes it a place where plans can be run, runs those that lie in its
/// archive, and restarts the machine, which ends it.
///
/// Threading model: the calling thread serves; one more tells the host what time it is here.
package enum GuestSystem {
    /// What a guest may hold: both ends of many connections, with their taps, and no limit of any user's.
    private static let descriptors = 1 << 18
    /// Nothing outside can delay a guest whose time is virtual, and every look costs its host more than the wait for it.
    private static let latenessPeriod = Nanoseconds.microseconds(50_013)
    private static let clockPeriod = Nanoseconds.milliseconds(500)

    /// Does not come back: a guest whose work is done is restarted, and one that cannot work ends with words on the
    /// console, which makes its kernel panic; the host sees either.
    package static func run() -> Never {
        do {
            let memory = try prepare()
            try serve(memory)
            memory.send(.end)
        } catch {
            say("\(error)")
            exit(70)
        }
        _ = clinux_restart()
        say("cannot restart: \(String(cString: strerror(errno)))")
        exit(70)
    }

    private static func prepare() throws -> GuestMemory {
        for (kind, place) in [("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", "/tmp")] {
            if kind == "proc" && access("/proc/self", F_OK) == 0 { continue }
            try system("mount \(kind) at \(place)") { clinux_mount(kind, place) }
        }
        let modules = access(GuestChannel.modules, F_OK) == 0 ? try FolderList.names(in: GuestChannel.modules) : []
        for module in modules { load("\(GuestChannel.modules)/\(module)") }
        DescriptorLimit.lift(to: descriptors)
        return try GuestMemory()
    }

    /// A kernel that lacks one is asked what it can do all the same: what is missing is told by its name then.
    private static func load(_ path: String) {
        do {
            let file = try Descriptor.open(path, O_RDONLY)
            do {
                try system("load the module \(path)") { clinux_load_module(file.number) }
            } catch  where error.errno == EEXIST {}
        } catch {
            say("\(error)")
        }
    }

    private static func serve(_ memory: GuestMemory) throws {
        memory.tell(clock: Clock.monotonic())
        let clock = try PlainThread {
            while true {
                Clock.rest(until: Clock.monotonic() + clockPeriod)
                memory.tell(clock: Clock.monotonic())
            }
        }
        let requests = try Descriptor.open(GuestChannel.requests, O_RDONLY)
        let service = try RunnerService(
            RunnerService.Settings(attended: false, latenessPeriod: latenessPeriod, isGuest: true),
            input: requests.number,
            output: GuestOutput(memory))
        _ = try service.serve()
        memory.tell(clock: Clock.monotonic())
        _ = consume clock
    }

    private static func say(_ words: String) {
        let line = Array("tcpfault-run: \(words)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}

/// Messages for the host; a finished run's files go before the message that names their folder.
struct GuestOutput: MessageSink {
    private let memory: GuestMemory

    init(_ memory: GuestMemory) { self.memory = memory }

    func send(_ message: RunnerMessage) {
        var message = message
        if case .finished(let instance, let folder) = message {
            do {
                try deliver(folder)
            } catch {
                message = .refused(reason: "the files of the run cannot be handed over: \(error)", instance: instance)
            }
        }
        guard let line = try? RunnerCodec.line(message) else { preconditionFailure("bug: a message without JSON") }
        memory.send(.message(line))
    }

    /// Memory is all that a guest has: what has been handed over need not stay.
    private func deliver(_ folder: String) throws {
        for name in try FolderList.names(in: folder) {
            let path = "\(folder)/\(name)"
            memory.send(.file(path: path, content: try TextFile.bytes(path)))
            unlink(path)
        }
    }
}
