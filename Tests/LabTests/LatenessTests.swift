import Kernel
import Lab
import Model
import Testing

@Suite("The watcher for lateness")
struct LatenessTests {
    /// What the threads of this process are confined to, where that is one CPU.
    private func pinned() -> Set<String> {
        var found: Set<String> = []
        for thread in TemporaryFolder.names(in: "/proc/self/task") {
            guard let status = try? TextFile.read("/proc/self/task/\(thread)/status"),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") })
            else { continue }
            found.insert(String(line.split(whereSeparator: \.isWhitespace).last ?? ""))
        }
        return found
    }

    @Test("sits on every CPU that it may use")
    func everyProcessor() throws {
        let usable = Set(try Processors.usable(atMost: 16).map { "\($0)" })
        let watcher = try LatenessWatcher()
        defer { watcher.stop() }
        let limit = Clock.monotonic() + .seconds(2)
        while !usable.isSubset(of: pinned()), Clock.monotonic() < limit {
            Clock.rest(until: Clock.monotonic() + .milliseconds(5))
        }
        #expect(usable.isSubset(of: pinned()))
    }
}
