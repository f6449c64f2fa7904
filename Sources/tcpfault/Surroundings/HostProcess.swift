import Glibc

/// What only the C library knows of this process. The one file of this program that imports it: Subprocess offers no
/// way to survive a child that died, and Swift none to ask for a terminal.
enum HostProcess {
    /// A request to a runner that has just died is an error to report, not the end of this program.
    static func surviveBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

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
