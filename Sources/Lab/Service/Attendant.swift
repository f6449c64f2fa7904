import CLinux
import Glibc
import Kernel

/// Runs a program for as long as whoever asked is there: the child dies with this process (PR_SET_PDEATHSIG), and this
/// process ends its child when its own standard input ends.
///
/// Threading model: one thread, the main one; the kernel ties the child to the thread that started it.
package enum Attendant {
    private static let period: Int32 = 100

    /// The child's exit status; 128 and the signal's number where one ended it; 70 where it could not be started.
    package static func run(_ command: [String]) -> Int32 {
        var arguments = command.map { strdup($0) } + [nil]
        let child = clinux_start_tied(&arguments)
        guard child > 0 else { return 70 }
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        var status: Int32 = 0
        while true {
            let isReady = poll(&input, 1, period) > 0
            if waitpid(child, &status, WNOHANG) == child { return code(status) }
            guard isReady else { continue }
            var bytes = [UInt8](repeating: 0, count: 512)
            if read(STDIN_FILENO, &bytes, bytes.count) > 0 { continue }
            kill(child, SIGKILL)
            waitpid(child, &status, 0)
            return code(status)
        }
    }

    /// WIFSIGNALED, WTERMSIG and WEXITSTATUS are macros (wait(2)).
    private static func code(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
