import Kernel
import Lab
import Model
import Testing

@Suite("A host's sysctls", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct TopologySysctlTests {
    private func build(_ settings: [SysctlSetting]) throws -> Laboratory {
        try Laboratory(Plans.pair(client: settings))
    }

    @Test("are written, and read back with single spaces")
    func written() throws {
        let laboratory = try build([
            SysctlSetting(key: "net.ipv4.tcp_syn_retries", value: "2"),
            SysctlSetting(key: "net.ipv4.tcp_rmem", value: "4096 131072 6291456"),
            SysctlSetting(key: "net.ipv4.tcp_synack_retries", value: nil),
        ])
        let client = try laboratory.host("client")
        #expect(
            try client.sysctls() == [
                "net.ipv4.tcp_syn_retries": "2", "net.ipv4.tcp_rmem": "4096 131072 6291456",
                "net.ipv4.tcp_synack_retries": "5",
            ])
        try client.writeSysctl("net.ipv4.tcp_syn_retries", "3")
        #expect(try client.sysctls()["net.ipv4.tcp_syn_retries"] == "3")
    }

    @Test("that interfaces copy come before the interfaces, those of an interface after")
    func order() throws {
        let laboratory = try build([
            SysctlSetting(key: "net.ipv4.conf.to-server.accept_local", value: "1"),
            SysctlSetting(key: "net.ipv4.conf.default.rp_filter", value: "2"),
            SysctlSetting(key: "net.ipv4.conf.to-server.rp_filter", value: nil),
        ])
        let values = try laboratory.host("client").sysctls()
        #expect(values["net.ipv4.conf.to-server.rp_filter"] == "2")
        #expect(values["net.ipv4.conf.to-server.accept_local"] == "1")
    }

    @Test("whose value the kernel refuses say where it was asked for")
    func refused() {
        let origin = SourceLocation(file: "bad.yaml", line: 7, column: 30)
        let error = #expect(throws: LabError.self) {
            try build([SysctlSetting(key: "net.ipv4.tcp_syn_retries", value: "0", origin: origin)])
        }
        #expect(
            error
                == .sysctlRefused(
                    host: "client", key: "net.ipv4.tcp_syn_retries", value: "0", errno: "EINVAL",
                    message: "Invalid argument", origin: origin))
        #expect(
            error?.description.hasPrefix("bad.yaml:7:30: the kernel refuses net.ipv4.tcp_syn_retries = '0'") == true)
    }

    @Test("that this kernel lacks are unsupported, unless they are optional")
    func absent() throws {
        let key = "net.ipv4.tcp_no_such_thing"
        let error = #expect(throws: LabError.self) { try build([SysctlSetting(key: key, value: "1")]) }
        guard case .unsupported(key, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let laboratory = try build([SysctlSetting(key: key, value: "1", optional: true)])
        let values = try laboratory.host("client").sysctls()
        #expect(values.keys.contains(key))
        #expect(values[key] == .some(nil))
    }

    @Test(
        "of the whole machine are never touched",
        arguments: ["kernel.hostname", "net", "net.", "net.ipv4", "vm.swappiness", "net.//.kernel.hostname", "net..x"])
    func machineWide(_ key: String) {
        #expect(SysctlFile.path(key) == nil)
        #expect(SysctlFile.write(key, "1") == .absent)
    }

    @Test("are found where sysctl(8) finds them")
    func paths() {
        #expect(SysctlFile.path("net.ipv4.tcp_rmem") == "/proc/sys/net/ipv4/tcp_rmem")
        #expect(SysctlFile.path("net.ipv4.conf.eth0/5.rp_filter") == "/proc/sys/net/ipv4/conf/eth0.5/rp_filter")
    }
}
