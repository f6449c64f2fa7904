import CLinux
import Glibc
package import Model

/// A fault's filter as extended BPF, loaded, with the map in which it counts. Only so can the nth packet of a burst be
/// told from its neighbours. Needs CAP_BPF over the machine's own user namespace, and BPF_FETCH (Linux 5.12).
package final class CountingFilter: Sendable {
    private let map: Descriptor
    private let code: Descriptor
    private let name: String

    /// Where the verifier refuses the program, `KernelError.kernelSays` is the end of its log.
    package init(
        _ selector: Selector, verdict: FaultSite.FilterVerdict, name: String = "tcpfault"
    ) throws(KernelError) {
        let map = Descriptor(
            owning: try system("create a map that counts the matches of a filter") {
                clinux_bpf_array("tcpfault", UInt32(MemoryLayout<Counters>.size))
            })
        code = try ExtendedLoader.load(
            ExtendedEncoder.encode(selector, verdict: verdict, map: map.number), as: BPF_PROG_TYPE_SCHED_CLS, "a filter"
        )
        self.map = map
        self.name = name
    }

    /// What tc installs. The filter there keeps the program and the map alive, the descriptor is needed only now.
    package var program: FilterProgram { .extended(descriptor: code.number, name: name) }

    /// `matched`: packets that the selector matched while the filter was installed; `taken`: those among them that it
    /// took.
    package func counts() throws(KernelError) -> (matched: Int, taken: Int) {
        var counters = Counters()
        let number = map.number
        try system("read the map of a filter") { clinux_bpf_array_read(number, &counters) }
        return (Int(counters.matched), Int(counters.taken))
    }

    /// The program's answer for one frame, by BPF_PROG_TEST_RUN; it counts as if the frame had come.
    package func answer(_ frame: [UInt8]) throws(KernelError) -> UInt32 {
        var answer: UInt32 = 0
        let number = code.number
        try system("try a filter on a frame") { clinux_bpf_try(number, frame, UInt32(frame.count), &answer) }
        return answer
    }

    /// Whether such filters can be had here, found by loading one.
    package static func availability() -> Availability {
        do {
            _ = try CountingFilter(Selector(nth: [NthRange(first: 1, last: 1)]), verdict: .shot)
            return .present
        } catch {
            return .missing("\(error)")
        }
    }

    private struct Counters {
        var matched: UInt64 = 0
        var taken: UInt64 = 0
    }
}
