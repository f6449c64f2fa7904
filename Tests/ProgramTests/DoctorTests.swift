import Foundation
import Testing

/// `doctor` in places where much is there, and little.
@Suite struct DoctorTests {
    struct Report: Decodable {
        struct Place: Decodable {
            var user: Int
            var userNamespace: String
            var capabilities: [String]
            var seccomp: String
            var procSys: String
            var sysctls: [String: String]
        }
        struct Facts: Decodable {
            var features: [String: String]
            var privilege: String
        }
        struct Costs: Decodable {
            var scenarios: [String]
            var instances: Int
            var everything: Bool
        }
        struct Gap: Decodable {
            var name: String
            var reason: String
            var costs: Costs
            var step: String
        }
        var format: Int
        var writer: String
        var place: Place
        var facts: Facts
        var gaps: [Gap]
    }

    static func report(asUser: Bool = false, inside: [String] = []) throws -> Report {
        let result = try Program.run(["doctor", "--format", "json"], asUser: asUser, inside: inside)
        #expect(result.status == 0, "\(result.errors)")
        return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    }

    /// What a run there says, in few words.
    static func refusal(inside: [String]) throws -> String {
        let folder = try Folder()
        let result = try Program.run(
            ["run", "connection-refused", "--family", "ipv4", "--output", folder.url.path], inside: inside,
            environment: ["COLUMNS": "200"])
        #expect(result.status == 4, "\(result.output)\(result.errors)")
        return result.output
    }

    /// In a shell that does `first`, and then becomes what follows.
    static func shell(_ first: String) -> [String] { ["sh", "-c", "\(first) && exec \"$@\"", "sh"] }

    static func owned(_ options: String...) -> [String] {
        ["unshare"] + (Program.isRoot ? [] : ["--user", "--map-root-user"]) + options
    }

    @Test("root has a place without borders, and is told so", .enabled(if: Program.isRoot, "it takes root"))
    func root() throws {
        let report = try Self.report()
        #expect(report.place.user == 0)
        #expect(report.place.procSys != "read-only")
        #expect(Set(report.place.capabilities).isSuperset(of: ["NET_ADMIN", "NET_RAW", "SYS_ADMIN"]))
        #expect(report.facts.features["sysctl-writing"] == "present")
        #expect(!report.gaps.contains { $0.costs.everything }, "\(report.gaps)")
        let text = try Program.run(["doctor"]).output
        #expect(text.contains("Everything that scenarios need is here.") == report.gaps.isEmpty, "\(text)")
        #expect(try Program.run(["doctor", "--strict"]).status == (report.gaps.isEmpty ? 0 : 1))
    }

    @Test("an ordinary user lacks what takes root, and a gap fails with --strict alone")
    func ordinary() throws {
        let report = try Self.report(asUser: Program.isRoot)
        #expect(report.place.user != 0)
        #expect(report.place.capabilities.isEmpty)
        #expect(report.facts.privilege == "user-namespace")
        let gaps = Dictionary(report.gaps.map { ($0.name, $0) }) { first, _ in first }
        #expect(Set(gaps.keys).isSuperset(of: ["ebpf", "sock_ops", "slabinfo"]), "\(gaps.keys)")
        #expect(gaps["sock_ops"]?.costs.scenarios == ["initial-rto", "initial-rto-syn-ack"])
        #expect(gaps["slabinfo"]?.costs.scenarios.contains("memory-half-open") == true)
        #expect(gaps["ebpf"]?.costs.instances == 0)
        #expect(report.gaps.allSatisfy { !$0.costs.everything && !$0.step.isEmpty && !$0.reason.isEmpty })
        #expect(try Program.run(["doctor", "--strict"], asUser: Program.isRoot).status == 1)
    }

    @Test("user namespaces switched off: nothing runs, and the sysctl is named")
    func noUserNamespaces() throws {
        let inside =
            ["unshare", "--user", "--map-root-user"]
            + Self.shell("echo 0 > /proc/sys/user/max_user_namespaces")
            + ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        let report = try Self.report(inside: inside)
        #expect(report.place.userNamespace == "nested")
        #expect(report.place.sysctls["user.max_user_namespaces"] == "0")
        let gap = try #require(report.gaps.first)
        #expect(gap.name == "network-namespaces")
        #expect(gap.reason.contains("cannot create a user namespace: No space left on device (ENOSPC)"))
        #expect(gap.costs.everything && gap.costs.instances > 100)
        #expect(gap.step.contains("user.max_user_namespaces"))
        #expect(try Self.refusal(inside: inside).contains("network-namespaces: cannot create a user namespace"))
    }

    @Test("/proc/sys read-only: it is noticed, and a run is skipped for it")
    func readOnly() throws {
        let inside =
            Self.owned("--mount")
            + Self.shell("mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys")
        let report = try Self.report(inside: inside)
        #expect(report.place.procSys == "read-only")
        let gap = try #require(report.gaps.first { $0.name == "sysctl-writing" })
        #expect(gap.reason.contains("Read-only file system (EROFS)"))
        #expect(gap.costs.everything)
        #expect(try Self.refusal(inside: inside).contains("sysctl-writing: cannot write net.ipv4.tcp_syn_retries"))
        // The sysctls of the network are enough.
        let open =
            Self.owned("--mount")
            + Self.shell(
                "mount --bind /proc/sys/net /proc/sys/net && mount --bind /proc/sys /proc/sys && "
                    + "mount -o remount,bind,ro /proc/sys && mount --bind /proc/sys/net /proc/sys/net && "
                    + "mount -o remount,bind,rw /proc/sys/net")
        let other = try Self.report(inside: open)
        #expect(other.place.procSys == "net-writable")
        #expect(other.facts.features["sysctl-writing"] == "present")
    }

    static let hasBubblewrap = FileManager.default.isExecutableFile(atPath: "/usr/bin/bwrap")

    /// A program of classic BPF that answers EPERM to one system call.
    static func filter(denying number: UInt32) -> Data {
        let program: [(UInt16, UInt8, UInt8, UInt32)] = [
            (0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x0005_0001), (0x06, 0, 0, 0x7fff_0000),
        ]
        return program.reduce(into: Data()) { data, step in
            withUnsafeBytes(of: step.0.littleEndian) { data.append(contentsOf: $0) }
            data.append(contentsOf: [step.1, step.2])
            withUnsafeBytes(of: step.3.littleEndian) { data.append(contentsOf: $0) }
        }
    }

    #if arch(arm64)
        static let calls: [(String, UInt32)] = [("unshare", 97), ("setns", 268)]
    #else
        static let calls: [(String, UInt32)] = [("unshare", 272), ("setns", 308)]
    #endif

    @Test(
        "a seccomp filter is told by what it denies",
        .enabled(if: hasBubblewrap, "bwrap is missing: install bubblewrap"),
        arguments: calls)
    func seccomp(_ call: String, _ number: UInt32) throws {
        let folder = try Folder()
        let path = try folder.write("filter", Self.filter(denying: number))
        let inside = ["sh", "-c", "exec bwrap --bind / / --seccomp 9 \"$@\" 9< \(path)", "sh"]
        let report = try Self.report(asUser: Program.isRoot, inside: inside)
        #expect(report.place.seccomp == "filter")
        let gap = try #require(report.gaps.first)
        #expect(gap.name == "network-namespaces" && gap.costs.everything)
        #expect(gap.reason.contains("a seccomp filter denies \(call)(2)"), "\(gap.reason)")
        #expect(gap.step.contains("seccomp"))
    }

    @Test("bad input")
    func bad() throws {
        for arguments in [
            ["doctor", "--scenarios", "no-such-folder"], ["doctor", "--strikt"], ["doctor", "--format", "xml"],
        ] {
            #expect(try Program.run(arguments).status == 64, "\(arguments)")
        }
    }
}
