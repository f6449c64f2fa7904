import Glibc
import Kernel
import Lab
import Model
import Testing

/// Each in a process of its own, where every descriptor and every thread is this test's.
@Suite("A laboratory that fails", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct TopologyUndoTests {
    struct Planned: Error {}

    @Test("at any step leaves no namespace, link, descriptor or thread")
    func everyStep() async {
        await #expect(processExitsWith: .success) {
            let witness = try Witness()
            let outside = try RouteSession()
            let links = try outside.links().map(\.name)
            let before = Belongings()
            var steps = 0
            var isComplete = false
            while !isComplete, steps < 100 {
                var count = 0
                var seen = 0
                do {
                    _ = try Laboratory(Plans.pair(client: Plans.twoSysctls)) { _ in
                        seen = max(seen, try witness.watchAll())
                        if count == steps { throw Planned() }
                        count += 1
                    }
                    isComplete = true
                    #expect(seen == 2, "the witness sees namespaces while they are there")
                } catch is Planned { steps += 1 }
                try witness.waitUntilNobodyIsLeft("\(count) steps were taken")
                #expect(Belongings.settled(like: before).holdsNothingBeyond(before), "\(count) steps were taken")
                #expect(try outside.links().map(\.name) == links)
            }
            #expect(isComplete)
            #expect(steps > 20)
        }
    }

    @Test("for want of descriptors, wherever they run out, leaves none")
    func noDescriptors() async {
        await #expect(processExitsWith: .success) {
            _ = try Laboratory(Plans.pair())  // whatever the process opens once and for all is open now
            let before = Belongings()
            // The numbers in use may have gaps, which count as room.
            let free = (0..<1_024).filter { !before.descriptors.contains($0) }
            var failures = 0
            for room in 0..<40 {
                try limitDescriptors(to: free[room])
                do {
                    _ = try Laboratory(Plans.pair())
                    break
                } catch let error as KernelError {
                    #expect(error.errno == EMFILE, "\(error)")
                    failures += 1
                }
                try limitDescriptors(to: 1_024)
                let after = Belongings.settled(like: before)
                #expect(after.holdsNothingBeyond(before), "with room for \(room): \(before) became \(after)")
            }
            #expect((5..<40).contains(failures), "\(failures) failures")
        }
    }

    @Test("to be missed: no thread stays in a host, and nothing is left after a hundred of them")
    func manyTimes() async {
        await #expect(processExitsWith: .success) {
            let witness = try Witness()
            _ = try Laboratory(Plans.pair())
            let before = Belongings()
            for _ in 0..<100 {
                let laboratory = try Laboratory(Plans.pair())
                #expect(Set(before.namespaces) == Set(Belongings().namespaces))
                _ = try witness.watchAll()
                _ = try laboratory.host("client").counters()
            }
            try witness.waitUntilNobodyIsLeft("after a hundred")
            #expect(Belongings.settled(like: before).holdsNothingBeyond(before))
        }
    }
}

extension Plans {
    /// One that interfaces copy and one that they do not.
    static let twoSysctls = [
        SysctlSetting(key: "net.ipv4.conf.default.rp_filter", value: "0"),
        SysctlSetting(key: "net.ipv4.tcp_syn_retries", value: "2"),
    ]
}

/// Knows which namespaces are alive without keeping them: a namespace that got an id in the witness's own one loses it
/// when it dies (RTM_NEWNSID; ip-netns(8), `set`).
private final class Witness {
    private let namespace: NetworkNamespace
    private let session: NetlinkSession
    private let own: Set<String>
    private var watched: Set<String> = []

    init() throws {
        namespace = try NetworkNamespace()
        session = try namespace.visit { try NetlinkSession(.route) }
        own = Set(Self.open().map(\.target))
    }

    /// Gives an id to every namespace that the process holds open; answers how many are alive.
    func watchAll() throws -> Int {
        for (number, target) in Self.open() where !own.contains(target) && watched.insert(target).inserted {
            let request = NetlinkRequest(88) { message in  // RTM_NEWNSID
                message.put(UInt32(0))  // struct rtgenmsg, padded
                message.put(1, UInt32.max)  // NETNSA_NSID: any
                message.put(3, UInt32(number))  // NETNSA_FD
            }
            try session.send(request, "watch \(target)")
        }
        return try alive()
    }

    func waitUntilNobodyIsLeft(_ when: Comment) throws {
        // One work queue of the kernel removes those of all tests that run at the same time (cleanup_net).
        let isEmpty = try Patience.wait(.seconds(180)) { try alive() == 0 }
        #expect(isEmpty, "namespaces are left: \(when)")
        watched = []
    }

    private func alive() throws -> Int {
        let request = NetlinkRequest(90, flags: 0x300) { $0.put(UInt32(0)) }  // RTM_GETNSID, NLM_F_DUMP
        return try session.send(request, "list namespaces").count
    }

    private static func open() -> [(number: Int, target: String)] {
        Belongings.names(in: "/proc/self/fd").compactMap { name in
            guard let number = Int(name), let target = Belongings.target("/proc/self/fd/\(name)"),
                target.hasPrefix("net:[")
            else { return nil }
            return (number, target)
        }
    }
}
