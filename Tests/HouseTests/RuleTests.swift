import Testing

/// Every rule, on an example that breaks it and on one that does not.
@Suite struct RuleTests {
    private func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text) }

    @Test func layering() {
        func count(_ path: String, _ text: String) -> Int { Layering.check(file(path, text)).count }
        #expect(count("Sources/Oracle/A.swift", "package import Glibc") == 1)
        #expect(count("Sources/Model/A.swift", "import Foundation\nimport Oracle") == 2)
        #expect(count("Sources/Cellar/A.swift", "import Model") == 1)
        #expect(count("Tests/OracleTests/A.swift", "import CLinux") == 1)
        #expect(count("Sources/Lab/A.swift", "import Glibc\nimport Model\nimport Synchronization") == 0)
        #expect(count("Sources/Model/A.swift", "// import Glibc\nlet a = \"import Glibc\"") == 0)
    }

    @Test func lengths() {
        let body = String(repeating: "    work()\n", count: 70)
        #expect(Lengths.check(file("A.swift", String(repeating: "let a = 1\n", count: 301))).count == 1)
        #expect(Lengths.check(file("A.swift", String(repeating: "let a = 1\n", count: 300))).isEmpty)
        #expect(Lengths.check(file("A.swift", "private func a() {\n\(body)}\n")).map(\.line) == [1])
        #expect(Lengths.check(file("A.swift", "struct A {\n init?(a: Int) {\n\(body)}\n}\n")).map(\.line) == [2])
        let short = String(repeating: "func a() {\n    work(\"}{\")\n}\n", count: 30)
        #expect(Lengths.check(file("A.swift", short)).isEmpty)
        #expect(Lengths.check(file("A.swift", "protocol A {\n    func a()\n}\n\nstruct B {\n\(body)}\n")).isEmpty)
    }

    @Test(arguments: [
        "print(1)", "fatalError()", "let a = try! b()", "let a = b as! C", "Thread.sleep(1)", " sleep(1)",
        "let a = Process()", "ProcessInfo.processInfo", "DispatchQueue.main.async {}", "spawn(\"/sbin/ip\", \"link\")",
        "Glibc.system(command)", "struct A: @unchecked Sendable {}", "nonisolated(unsafe) var a = 1",
    ])
    func bannedCall(_ code: String) {
        #expect(BannedCalls.check(file("Sources/Lab/A.swift", code)).count == 1, "\(code)")
        #expect(BannedCalls.check(file("Sources/Lab/A.swift", "// \(code)")).isEmpty, "\(code)")
    }

    @Test func allowedCalls() {
        let fine = """
            try await Task.sleep(for: .seconds(1)); fingerprint(1); a as? B; "print(1)"
            // Guarded by the lock.
            struct A: @unchecked Sendable {}
            """
        #expect(BannedCalls.check(file("Sources/Lab/A.swift", fine)).isEmpty)
        #expect(BannedCalls.check(file("Sources/tcpfault/A.swift", "print(1)")).isEmpty)
        #expect(BannedCalls.check(file("Sources/Lab/A.swift", "usleep(200)")).isEmpty)
        #expect(BannedCalls.check(file("Sources/tcpfault/A.swift", "usleep(200)")).count == 1)
    }

    @Test func unfinished() {
        #expect(BannedCalls.unfinishedMarks(file("a.md", "a\n" + "TO" + "DO: more")).map(\.line) == [2])
        #expect(BannedCalls.unfinishedMarks(file("a.md", "to do: more")).isEmpty)
    }

    @Test func mainType() {
        func count(_ path: String, _ text: String) -> Int { Names.mainType(file(path, text)).count }
        #expect(count("Sources/Model/Plan.swift", "struct Plans {}") == 1)
        #expect(count("Sources/Model/Plan+Words.swift", "struct Plan {}") == 1)
        #expect(count("Sources/Model/Plan.swift", "package struct Plan: Codable {}") == 0)
        #expect(count("Sources/Model/Plan+Words.swift", "extension Plan {}") == 0)
        #expect(count("Sources/Model/main.swift", "start()") == 0)
    }

    @Test func uniqueScenarios() {
        #expect(Names.uniqueScenarios(["scenarios/a/x.yaml", "scenarios/b/x.yaml"]).count == 1)
        #expect(Names.uniqueScenarios(["scenarios/a/x.yaml", "netns/x.yaml"]).isEmpty)
    }

    @Test func machinePaths() {
        #expect(Names.machinePaths(file("a.md", "see /ho" + "me/someone/notes")).count == 1)
        #expect(Names.machinePaths(file("a.md", "see Documentation/home/page.md and /usr/include")).isEmpty)
    }

    @Test func links() {
        let other = "# One thing: two\n## Twice\n## Twice\n```\n# not a heading\n```\n"
        func complaints(_ text: String) -> Int {
            Links.check(
                file("Documentation/a.md", text), exists: { ["Documentation/a.md", "b.md"].contains($0) },
                text: { $0 == "b.md" ? other : text }
            ).count
        }
        #expect(complaints("[a](gone.md)") == 1)
        #expect(complaints("[a](../b.md#three)") == 1)
        #expect(complaints("[a](../b.md#not-a-heading)") == 1)
        #expect(complaints("[a](../../b.md)") == 1)
        #expect(complaints("[a](../b.md#one-thing-two) [b](../b.md#twice-1) [c](https://kernel.org/gone)") == 0)
        #expect(complaints("```\n[a](gone.md)\n```\n`[a](gone.md)`") == 0)
    }
}
