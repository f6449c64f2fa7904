import Kernel
import Model
import Synchronization

/// The program that sets initial RTOs, one for all runs of a process: a cgroup takes no more than 64 of them
/// (BPF_CGROUP_MAX_PROGS). It is attached when the first run asks for it, and told apart by their namespaces, runs do
/// not touch each other.
package final class InitialTimeouts: Sendable {
    private let attached = Mutex<InitialTimeoutProgram?>(nil)

    package init() {}

    /// Sets the initial RTO of a run's hosts, where its plan has one.
    func install(_ plan: Plan, in laboratory: Laboratory, tick: Nanoseconds) throws -> InitialTimeout? {
        guard let rto = plan.installedInitialRTO else { return nil }
        return try InitialTimeout(
            jiffies: Int(rto.jiffies(tick: tick)), of: try plan.hosts.map { try laboratory.host($0.name) },
            by: try program())
    }

    private func program() throws -> InitialTimeoutProgram {
        try attached.withLock { attached in
            if let program = attached { return program }
            let program = try InitialTimeoutProgram()
            attached = program
            return program
        }
    }
}

/// The initial RTO of some hosts, as long as it is not removed.
final class InitialTimeout {
    private let program: InitialTimeoutProgram
    private var namespaces: [UInt64] = []

    /// Where it throws, nothing is left.
    init(jiffies: Int, of hosts: [LabHost], by program: InitialTimeoutProgram) throws {
        self.program = program
        for host in hosts {
            let cookie = try host.namespaceCookie()
            try program.answer(jiffies: jiffies, inNamespace: cookie)
            namespaces.append(cookie)
        }
    }

    deinit { remove() }

    func remove() {
        for cookie in namespaces { program.forget(namespace: cookie) }
        namespaces = []
    }

    /// How often the kernel asked for it.
    func answers() throws -> Int {
        try namespaces.map { try program.answers(inNamespace: $0) }.reduce(0, +)
    }
}
