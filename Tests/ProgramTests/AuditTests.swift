import Foundation
import Testing

/// `audit`, and profiles, as a user meets them.
@Suite struct AuditTests {
    @Test("this machine, as an ordinary user: nothing changes, and the status is 0", .timeLimit(.minutes(1)))
    func live() throws {
        let before = HostState.now()
        let result = try Program.run(["audit"], asUser: Program.isRoot)
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.hasPrefix("this machine: Linux "))
        #expect(result.output.contains("A client of a dead server blocks "))
        #expect(HostState.now() == before)
    }

    @Test("it needs no runner, so it works where no namespace can be made")
    func withoutRunner() throws {
        let result = try Program.run(["audit"], environment: ["TCPFAULT_RUN": "/nonexistent"])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("a document for programs")
    func json() throws {
        let folder = try Folder()
        let path = try folder.write("a.conf", Data("net.ipv4.tcp_abort_on_overflow = 1\n".utf8))
        let result = try Program.run(["audit", "--sysctls", path, "--format", "json"])
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(document["format"] is Int)
        let findings = try #require(document["findings"] as? [[String: Any]])
        #expect(findings.map { $0["rating"] as? String } == ["warning"])
        #expect(findings[0]["scenario"] as? String == "accept-overflow-rst")
        #expect((document["unanswered"] as? [Any])?.isEmpty == false)
    }

    @Test("--strict fails on a warning, and not on less")
    func strict() throws {
        let folder = try Folder()
        let good = try folder.write("good.conf", Data("net.ipv4.tcp_abort_on_overflow = 0\n".utf8))
        let bad = try folder.write("bad.conf", Data("net.ipv4.tcp_abort_on_overflow = 1\n".utf8))
        #expect(try Program.run(["audit", "--strict", "--sysctls", good]).status == 0)
        #expect(try Program.run(["audit", "--sysctls", bad]).status == 0)
        #expect(try Program.run(["audit", "--strict", "--sysctls", bad]).status == 1)
    }

    @Test(
        "bad files have their place",
        arguments: [
            ("net.ipv4.tcp_syn_retries 3", ":1:1: this is not KEY = VALUE"),
            ("a.b = 1\nnet.ipv4.tcp_syn_retries = six", ":2:28: 'six' is no value of net.ipv4.tcp_syn_retries"),
            ("net.ipv4.tcp_syn_retries = 200", "the kernel takes 1 to 127"), ("", "there is no line 'KEY = VALUE'"),
        ])
    func badFile(_ text: String, _ says: String) throws {
        let folder = try Folder()
        let path = try folder.write("bad.conf", Data(text.utf8))
        let result = try Program.run(["audit", "--sysctls", path])
        #expect(result.status == 64)
        #expect(result.errors.contains(says), "\(result.errors)")
    }

    @Test("a file that is not there")
    func noFile() throws {
        for path in ["no-such-file", "/"] {
            let result = try Program.run(["audit", "--sysctls", path])
            #expect(result.status == 64)
            #expect(result.errors.contains("\(path): it cannot be read"), "\(result.errors)")
        }
    }

    @Test("profiles side by side")
    func profiles() throws {
        let result = try Program.run(["predict", "--profile", "defaults", "--profile", "datacenter"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("net.ipv4.tcp_syn_retries"))
        #expect(result.output.contains("connect() to a dead host blocks for"))
    }

    @Test("a scenario is planned with a profile, and --set wins over it")
    func planned() throws {
        func seconds(_ arguments: [String]) throws -> String {
            let result = try Program.run(["predict", "connect-timeout", "--family", "ipv4"] + arguments)
            #expect(result.status == 0, "\(result.errors)")
            return result.output
        }
        let folder = try Folder()
        let text = "summary: Patient.\nsysctls: { net.ipv4.tcp_syn_retries: 3 }\n"
        let path = try folder.write("patient.yaml", Data(text.utf8))
        #expect(try seconds(["--profile", path]).contains("after 19."))
        #expect(try seconds(["--profile", path, "--set", "net.ipv4.tcp_syn_retries=2"]).contains("after 7."))
    }

    @Test("bad profiles")
    func badProfiles() throws {
        let unknown = try Program.run(["run", "connect-timeout", "--profile", "datacentre"])
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("did you mean 'datacenter'?"), "\(unknown.errors)")
        let folder = try Folder()
        let text = "summary: Bad.\nsysctls: { net.ipv4.tcp_syn_retrys: 3 }\n"
        let path = try folder.write("bad.yaml", Data(text.utf8))
        for arguments in [["plan", "connect-timeout", "--profile", path], ["predict", "--profile", path]] {
            let result = try Program.run(arguments)
            #expect(result.status == 64)
            #expect(result.errors.contains("bad.yaml:2:12: there is no sysctl"), "\(result.errors)")
        }
        let two = ["run", "connect-timeout", "--profile", "defaults", "--profile", "datacenter"]
        #expect(try Program.run(two).status == 64)
    }
}
