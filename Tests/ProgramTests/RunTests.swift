import Foundation
import Testing

/// Whole runs on this machine's kernel, by the built programs.
@Suite(.serialized) struct RunTests {
    @Test("a scenario passes as root and as an ordinary user", arguments: [false, true])
    func passes(asUser: Bool) throws {
        guard Program.isRoot || !asUser else { return print("skipped: only root can become another user") }
        let folder = try Folder()
        let before = HostState.now()
        let result = try Program.run(
            ["run", "connection-refused", "syn-lost-twice", "--output", folder.url.path], asUser: asUser)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(folder.find("record.json") != nil)
        #expect(folder.find("client.pcapng") != nil && folder.find("server.pcapng") != nil)
        #expect(HostState.now() == before)
    }

    @Test("a folder that holds a run takes no other")
    func used() throws {
        let folder = try Folder()
        func run() throws -> Program.Result {
            try Program.run(["run", "connection-refused", "--family", "ipv4", "--output", folder.url.path])
        }
        #expect(try run().status == 0)
        let record = try Data(contentsOf: try #require(folder.find("record.json")))
        let again = try run()
        #expect(again.status == 64)
        #expect(again.errors.contains("holds the records of an earlier run; say another folder with --output"))
        #expect(try Data(contentsOf: try #require(folder.find("record.json"))) == record)
    }

    @Test("a run that is killed is told with what it left, and what it did not come to is inconclusive")
    func killedWhole() throws {
        let folder = try Folder()
        let running = try Program.Running([
            "run", "connection-refused", "connect-timeout", "--family", "ipv4", "--output", folder.url.path,
        ])
        let record = folder.url.appendingPathComponent("connection-refused/ipv4/judgement.json").path
        for _ in 0..<200 where !FileManager.default.fileExists(atPath: record) { usleep(20_000) }
        kill(running.process.processIdentifier, SIGKILL)
        _ = running.finish()
        let merged = try Program.run(["merge", folder.url.path, "--format", "tap"])
        #expect(merged.status == 70, "\(merged.output)\(merged.errors)")
        #expect(merged.output.contains("ok 1 - connection-refused.ipv4 # time="))
        #expect(merged.output.contains("connect-timeout.ipv4 # ERROR the run ended before it had told of this"))
    }

    @Test("a run whose runner is killed is inconclusive, and nothing is left")
    func runnerKilled() throws {
        let folder = try Folder()
        let before = HostState.now()
        let running = try Program.Running(["run", "connect-timeout", "--output", folder.url.path])
        let runner = try #require(running.runner())
        usleep(1_500_000)
        kill(runner, SIGKILL)
        let result = running.finish()
        #expect(result.status == 70, "\(result.output)\(result.errors)")
        #expect(result.output.contains("inconclusive"))
        #expect((result.output + result.errors).contains("signal 9"))
        #expect(HostState.now() == before)
    }

    @Test("when tcpfault is killed its runner dies too, and nothing is left")
    func parentKilled() throws {
        let folder = try Folder()
        let before = HostState.now()
        let running = try Program.Running(["run", "connect-timeout", "--output", folder.url.path])
        let runner = try #require(running.runner())
        usleep(1_500_000)
        kill(running.process.processIdentifier, SIGKILL)
        _ = running.finish()
        #expect(Program.Running.ends(runner))
        #expect(HostState.now() == before)
    }

    @Test("a drop at the sender's egress is never green, and the reason is named")
    func misplaced() throws {
        let folder = try Folder()
        let result = try Program.run(
            [
                "run", "connect-timeout", "--family", "ipv4", "--counter-run", "misplaced-drop", "--output",
                folder.url.path,
            ])
        #expect(result.status != 0)
        #expect(result.output.contains("inconclusive"))
        #expect(result.output.contains("local congestion"), "\(result.output)")
    }

    @Test("what is inconclusive is run again as often as --retry says, and stays so if it does")
    func retries() throws {
        let folder = try Folder()
        let hasty = """
            summary: The deadline is too short.
            topology: pair
            families: ipv4
            deadline: 300ms
            faults: [{ drop: { from: client, packet: syn } }]
            actions:
              - listen: { on: server, as: l }
              - connect: { on: client, to: server, as: c }
            expect:
              - packets: { from: client, packet: syn, count: 1 }

            """
        let file = try folder.write("hasty.yaml", Data(hasty.utf8))
        func run(_ more: String...) throws -> Program.Result {
            try Program.run(["run", file, "--output", "\(folder.url.path)/\(more.count)"] + more)
        }
        let once = try run()
        #expect(once.status == 70 && !once.errors.contains("again"))
        let thrice = try run("--retry", "2")
        #expect(thrice.status == 70)
        #expect(thrice.errors.contains("again  hasty/ipv4: inconclusive, attempt 2 of 3"), "\(thrice.errors)")
        #expect(thrice.errors.contains("attempt 3 of 3"), "\(thrice.errors)")
        #expect(thrice.output.contains("1 instance: 0 passed, 0 failed, 1 inconclusive"), "\(thrice.output)")
    }

    @Test("a saved record is judged again alike; a newer one is refused with a word")
    func judgedAgain() throws {
        let folder = try Folder()
        let result = try Program.run(["run", "connection-refused", "--family", "ipv4", "--output", folder.url.path])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        let record = try #require(folder.find("record.json"))
        #expect(try Program.run(["judge", record.path]).status == 0)

        let text = try String(contentsOf: record, encoding: .utf8)
        let newer = text.replacing(#/"format" : \d+/#, with: "\"format\" : 99")
        #expect(newer != text)
        let refused = try Program.run(["judge", folder.write("newer.json", Data(newer.utf8))])
        #expect(refused.status == 64)
        #expect(refused.errors.contains("format 99"), "\(refused.errors)")
    }

    @Test("an impossible value of a socket option is the input's fault, at its action")
    func impossibleOption() throws {
        let folder = try Folder()
        let text = InputTests.good.replacingOccurrences(of: "as: c }", with: "as: c, options: { TCP_SYNCNT: 200 } }")
        let path = try folder.write("refused.yaml", Data(text.utf8))
        let result = try Program.run(["run", path, "--output", folder.url.appending(path: "out").path])
        #expect(result.status == 64, "\(result.output)\(result.errors)")
        #expect(
            result.errors.contains(
                "refused.yaml:10:5: the kernel refuses TCP_SYNCNT=200 on socket c: Invalid argument"),
            "\(result.errors)")
    }

    @Test("without its cause a connection is not accepted, and what depends on that fails")
    func neverAccepted() throws {
        let folder = try Folder()
        let text = """
            summary: What is sent arrives.
            topology: pair
            families: ipv4
            without: { action: open }
            actions:
              - listen: { on: server, as: l }
              - connect: { on: client, to: server, as: c, name: open }
              - accept: { listener: l, as: s, at-most: 200ms }
              - send: { socket: c, bytes: 10B }
              - receive: { socket: s, bytes: 10B, at-most: 1s }
              - close: { socket: s }
            expect:
              - packets: { from: client, to: server, packet: data, count: 1 }

            """
        let file = try folder.write("arrives.yaml", Data(text.utf8))
        for more in [[], ["--must-fail"]] {
            let result = try Program.run(["run", file, "--output", "\(folder.url.path)/\(more.count)"] + more)
            #expect(result.status == 0, "\(result.output)\(result.errors)")
        }
    }

    @Test("a scenario is not predicted for values that no kernel takes")
    func impossiblePrediction() throws {
        let predict = ["predict", "half-open-limit", "--family", "ipv4", "--set"]
        let refused = try Program.run(predict + ["server:net.ipv4.tcp_syncookies=-1"])
        #expect(refused.status == 64, "\(refused.output)\(refused.errors)")
        #expect(refused.errors.contains("tcp_syncookies=-1: the kernel takes 0 to 255"), "\(refused.errors)")
        let odd = try Program.run(predict + ["server:net.ipv4.tcp_syncookies=5"])
        #expect(odd.output.contains("because tcp_syncookies=5: when the half-open queue"), "\(odd.output)")
    }

    @Test("an impossible sysctl value is the input's fault, in the kernel's own words")
    func impossibleSysctl() throws {
        let folder = try Folder()
        let result = try Program.run(
            ["run", "connect-timeout", "--set", "net.ipv4.tcp_sack=300", "--output", folder.url.path])
        #expect(result.status == 64, "\(result.output)\(result.errors)")
        #expect(result.errors.contains("Invalid argument"), "\(result.errors)")
    }
}
