import CLinux
import FoundationEssentials
import Glibc
import Kernel
import Lab
import Model
import Testing

/// Each in a process of its own, where every descriptor and every thread is this test's.
@Suite("The runner's service", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct RunnerServiceTests {
    @Test("leaves descriptors, threads and memory as they were, however many runs there were")
    func manyRuns() async {
        await #expect(processExitsWith: .success) {
            let count = TextNumber.environment("TCPFAULT_RUNS") ?? 12
            let folder = try TemporaryFolder()
            let client = try ServiceClient()
            // The ACK of the second handshake is lost, which keeps nobody waiting.
            var fault = Plans.lostSyn([NthRange(first: 2, last: 2)])
            fault.selector.flagValue = .ack
            let plan = Plans.plan(
                [Plans.listen(.ipv4), Plans.connect(.ipv4), Plans.accept(), Plans.connect(.ipv4, as: "d")],
                faults: [fault])
            var before: Belongings?
            var memory = 0
            for number in 0..<count {
                try client.send(.run(plan: plan, folder: folder.path, live: false, hold: false, alone: false))
                guard case .finished = try client.receive() else { throw ServiceClient.Surprise() }
                let record = try folder.read("record.json")
                #expect(record.contains("\"completed\"") && record.contains("\"takenBy\":\"lost\""))
                if number == 3 {
                    before = Belongings()
                    memory = try TextNumber.residentKilobytes()
                }
            }
            let first = try #require(before)
            let after = Belongings.settled(like: first)
            #expect(after.holdsNothingBeyond(first), "\(first) became \(after)")
            let growth = try TextNumber.residentKilobytes() - memory
            #expect(growth < 8_000, "\(growth) kB after \(count) runs")
            try client.send(.done)
            #expect(try client.end())
        }
    }

    @Test("keeps no thread in a foreign namespace while a run waits")
    func threadsAtHome() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let client = try ServiceClient()
            let wait = Step(.wait(Wait(until: .duration(.milliseconds(600)), atMost: .seconds(1))))
            let plan = Plans.plan(
                [Plans.listen(.ipv4), Plans.connect(.ipv4, awaited: false), wait], faults: [Plans.lostSyn()])
            try client.send(.run(plan: plan, folder: folder.path, live: true, hold: false, alone: false))
            while case .event(_, let event) = try client.receive() {
                // The steps before have opened their sockets; this one opens none.
                if case .step(StepEvent(index: 2, began: true)) = event.what { break }
            }
            let home = Belongings.target("/proc/self/ns/net")
            let end = Clock.monotonic() + .milliseconds(400)
            var seen: Set<String?> = []
            while Clock.monotonic() < end { seen.formUnion(Belongings().namespaces) }
            #expect(seen == [home])
            #expect(Belongings().namespaces.count >= 4, "main, the service, its watcher, the run")
            while case .event = try client.receive() {}
            try client.send(.done)
            #expect(try client.end())
        }
    }

    @Test("with descriptors for two runs side by side completes five, and refuses what never fits")
    func descriptorBudget() async {
        await #expect(processExitsWith: .success) {
            let wait = Step(.wait(Wait(until: .duration(.milliseconds(300)), atMost: .seconds(1))))
            var plan = Plans.plan([Plans.listen(.ipv4), wait], faults: [Plans.lostSyn()])
            let need = plan.descriptorNeed
            try limitDescriptors(to: RunnerService.reserve + 3 * need - 1, hard: true)
            let client = try ServiceClient()
            try client.send(.probe)
            guard case .facts = try client.receive() else { throw ServiceClient.Surprise() }
            let idle = Belongings().descriptors.count

            let folders = try (1...5).map { _ in try TemporaryFolder() }
            for (number, folder) in folders.enumerated() {
                plan.instance = "run-\(number)"
                try client.send(.run(plan: plan, folder: folder.path, live: true, hold: false, alone: false))
            }
            var large = plan
            large.steps.append(Plans.accept(3 * need))
            try client.send(.run(plan: large, folder: "never", live: false, hold: false, alone: false))

            var running: Set<String> = []
            var finished: Set<String> = []
            var most = 0
            var refusals: [String] = []
            while finished.count + refusals.count < 6 {
                switch try client.receive() {
                case .event(let instance, let event):
                    guard case .step(StepEvent(index: 1, began: true)) = event.what else { continue }
                    running.insert(instance)
                    most = max(most, running.count)
                    #expect(Belongings().descriptors.count <= idle + 2 * need)
                case .finished(let instance, _):
                    running.remove(instance)
                    finished.insert(instance)
                case .refused(let reason, let instance):
                    #expect(instance == large.instance)
                    refusals.append(reason)
                default: throw ServiceClient.Surprise()
                }
            }
            #expect(finished == Set((0..<5).map { "run-\($0)" }))
            #expect(most == 2)
            #expect(refusals.count == 1 && refusals[0].contains("raise the hard limit"))
            for folder in folders { #expect(try folder.read("record.json").contains("\"completed\"")) }
            try client.send(.done)
            #expect(try client.end())
        }
    }

    @Test("ends at once when it is attended and left alone, and otherwise finishes its work")
    func leftAlone() async {
        await #expect(processExitsWith: .success) {
            for attended in [true, false] {
                let folder = try TemporaryFolder()
                let client = try ServiceClient(attended: attended)
                let wait = Step(.wait(Wait(until: .duration(.milliseconds(400)), atMost: .seconds(1))))
                try client.send(
                    .run(plan: Plans.plan([wait]), folder: folder.path, live: true, hold: false, alone: false))
                _ = try client.receive()
                let start = Clock.monotonic()
                #expect(try client.end() == !attended)
                let took = Clock.monotonic() - start
                #expect(attended ? took < .milliseconds(200) : took > .milliseconds(200))
            }
        }
    }

    @Test("lets a run that must be alone wait for the others, and the next one wait for it")
    func alone() async {
        await #expect(processExitsWith: .success) {
            let client = try ServiceClient()
            let wait = Step(.wait(Wait(until: .duration(.milliseconds(200)), atMost: .seconds(1))))
            let folders = try (0..<4).map { _ in try TemporaryFolder() }
            for (number, folder) in folders.enumerated() {
                var plan = Plans.plan([wait])
                plan.instance = "run-\(number)"
                try client.send(
                    .run(plan: plan, folder: folder.path, live: false, hold: false, alone: number == 2))
            }
            var running: Set<String> = []
            var company: [String: Int] = [:]
            while company.count < 4 || !running.isEmpty {
                switch try client.hear() {
                case .began(let instance):
                    running.insert(instance)
                    for name in running { company[name] = max(company[name, default: 0], running.count) }
                case .finished(let instance, _): running.remove(instance)
                default: throw ServiceClient.Surprise()
                }
            }
            #expect(company == ["run-0": 2, "run-1": 2, "run-2": 1, "run-3": 1])
            try client.send(.done)
            #expect(try client.end())
        }
    }

    @Test("holds a run until it is released, and says how to get in")
    func hold() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let client = try ServiceClient()
            try client.send(.run(plan: Plans.plan([]), folder: folder.path, live: false, hold: true, alone: false))
            guard case .holding("pair", let commands) = try client.receive() else { throw ServiceClient.Surprise() }
            #expect(commands.count == 2 && commands.allSatisfy { $0.hasPrefix("nsenter --net=/proc/\(getpid())/fd/") })
            #expect(folder.names.contains("record.json"))
            try client.send(.release(instance: "pair"))
            guard case .finished("pair", _) = try client.receive() else { throw ServiceClient.Surprise() }
            try client.send(.done)
            #expect(try client.end())
        }
    }

    @Test("refuses what it cannot read, with a word, and goes on")
    func refusals() async {
        await #expect(processExitsWith: .success) {
            let client = try ServiceClient()
            for line in ["hello", "{\"run\":{}}", "{\"run\":{\"plan\":{\"format\":99}}}", "{}"] {
                try client.send(line: line)
                guard case .refused(let reason, nil) = try client.receive() else { throw ServiceClient.Surprise() }
                #expect(!line.contains("99") || reason.contains("format 99"))
            }
            try client.send(.probe)
            guard case .facts = try client.receive() else { throw ServiceClient.Surprise() }
            try client.send(.done)
            #expect(try client.end())
        }
    }
}
