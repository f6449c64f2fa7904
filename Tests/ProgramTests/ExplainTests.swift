import Foundation
import Testing

/// `tcpfault explain`, and the ladder of a record.
@Suite struct ExplainTests {
    @Test("an explanation needs no privilege", arguments: [false, true])
    func explains(asUser: Bool) throws {
        guard Program.isRoot || !asUser else { return print("skipped: only root can become another user") }
        let result = try Program.run(["explain", "connect-timeout"], asUser: asUser)
        #expect(result.status == 0, "\(result.errors)")
        for words in ["How long is a client blocked", "ETIMEDOUT after 7.0", "net.ipv4.tcp_syn_retries of client", "✗"]
        {
            #expect(result.output.contains(words), "\(words) in \(result.output)")
        }
        #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("--set changes the figures, and JSON is one document")
    func json() throws {
        let result = try Program.run(
            ["explain", "connect-timeout", "--set", "client:net.ipv4.tcp_syn_retries=1", "--format", "json"])
        #expect(result.status == 0, "\(result.errors)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let figures = try #require(document["figures"] as? [String: Any])
        let laws = try #require(figures["laws"] as? [[String: Any]])
        #expect((laws.first?["expected"] as? String)?.contains("after 3.0") == true)
        #expect(figures["ladder"] != nil && document["answer"] != nil)
    }

    @Test("an unknown name is told with the nearest")
    func unknown() throws {
        let result = try Program.run(["explain", "conect-timeout"])
        #expect(result.status == 64)
        #expect(result.errors.contains("did you mean 'connect-timeout'?"), "\(result.errors)")
    }

    @Test("a record is drawn as it was")
    func record() throws {
        let folder = try Folder()
        let run = try Program.run(["run", "connection-refused", "--family", "ipv4", "--output", folder.url.path])
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let result = try Program.run(["judge", folder.url.path, "--ladder"])
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.contains { $0.contains("──SYN──") && $0.contains("▶") })
        #expect(lines.contains { $0.contains("──RST──") && $0.contains("◀") })
        #expect(lines.contains { $0.contains("connect() fails with ECONNREFUSED") })
    }
}
