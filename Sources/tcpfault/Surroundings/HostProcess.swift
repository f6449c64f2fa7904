import Glibc
import Synchronization

/// What only the C library knows of this process. The one file of this program that imports it: Subprocess offers no
/// way to survive a child that died, and Swift none to ask for a terminal.
enum HostProcess {
    /// A request to a runner that has just died is an error to report, not the end of this program.
    static func surviveBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// The second of CLOCK_MONOTONIC and the number of the first signal, in one; 0: none has come.
    private static let stop = Atomic<Int>(0)
    private static let numbers = 64

    /// SIGINT or SIGTERM are noted from now on, the first of them. One that comes later ends this program as ever; not
    /// within a second, since timeout(1) and a terminal's make(1) send the same wish twice, to the program and to its group.
    /// What is started afterwards does not inherit that (execve(2)).
    static func heedStopSignals() {
        // Made here, since a handler may not be the first to ask for it.
        _ = stop.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                var now = timespec()
                clock_gettime(CLOCK_MONOTONIC, &now)
                let (isFirst, earlier) = HostProcess.stop.compareExchange(
                    expected: 0, desired: now.tv_sec * HostProcess.numbers + Int(number), ordering: .relaxed)
                if !isFirst, now.tv_sec > earlier / HostProcess.numbers + 1 {
                    signal(number, SIG_DFL)
                    raise(number)
                }
            }
        }
    }

    /// The signal that has asked this program to stop; `nil`: none has.
    static var askedToStop: StopSignal? {
        let number = Int32(stop.load(ordering: .relaxed) % numbers)
        return number == 0 ? nil : StopSignal(number: number, name: number == SIGINT ? "SIGINT" : "SIGTERM")
    }

    /// Until somebody presses Return, standard input ends, or this program is asked to stop.
    static func waitForReturn() {
        while askedToStop == nil {
            var question = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            guard poll(&question, 1, 200) > 0 else { continue }
            _ = readLine()
            return
        }
    }

    struct StopSignal: Error {
        var number: Int32
        var name: String

        /// What a shell makes of an end by that signal.
        var status: Int32 { 128 + number }
    }

    static func end(_ status: Int32) -> Never { exit(status) }

    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of the terminal; 80 where there is none.
    static func terminalWidth(_ descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// A jiffy: what the kernel says of its own clock that counts in them.
    static var tickNanoseconds: Int64 {
        var step = timespec()
        guard clock_getres(CLOCK_MONOTONIC_COARSE, &step) == 0, step.tv_nsec > 0 else { return 4_000_000 }
        return Int64(step.tv_sec) * 1_000_000_000 + Int64(step.tv_nsec)
    }

    static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    static var canUseKVM: Bool { access("/dev/kvm", R_OK | W_OK) == 0 }

    /// The hard limit on descriptors of one process, which a runner inherits.
    static var descriptorLimit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        return Int(clamping: limit.rlim_max)
    }
}
