import Model
import Testing

@testable import Scenarios

@Suite struct SysctlListingTests {
    private func listing(_ text: String) throws -> SysctlListing {
        try SysctlListing(file: "a.conf", bytes: Array(text.utf8))
    }

    private func complaint(_ bytes: [UInt8]) -> String {
        (#expect(throws: InputErrors.self) { try SysctlListing(file: "a.conf", bytes: bytes) })?.description ?? ""
    }

    @Test func whatSysctlPrintsAndWhatItReads() throws {
        let listing = try listing(
            """
            # a comment
            ; another
            sysctl: permission denied on key "fs.protected_fifos"
            net.ipv4.tcp_rmem = 4096\t131072\t6291456
            kernel.core_pattern =
            net.ipv4.tcp_syn_retries=6\r
            -net/ipv4/conf/eth0.1/rp_filter = 1

            net.ipv4.tcp_syn_retries = 3
            """)
        #expect(
            listing.values == [
                "net.ipv4.tcp_rmem": "4096 131072 6291456", "kernel.core_pattern": "",
                "net.ipv4.tcp_syn_retries": "3", "net.ipv4.conf.eth0/1.rp_filter": "1",
            ])
        #expect(
            listing.entries["net.ipv4.tcp_syn_retries"]?.at == SourceLocation(file: "a.conf", line: 9, column: 28))
        let error = listing.error(at: "net.ipv4.tcp_syn_retries", "no", advice: "yes")
        #expect(error.description.hasPrefix("a.conf:9:28: no\n  9 | net.ipv4.tcp_syn_retries = 3\n"))
    }

    @Test func badLinesHaveTheirPlace() {
        let said = complaint(Array("a.b = 1\n  net.ipv4.tcp_sack 1\na b = 2\n= 3\n".utf8))
        for place in ["a.conf:2:3: this is not KEY = VALUE", "a.conf:3:1: ", "a.conf:4:1: "] {
            #expect(said.contains(place), "\(place) in: \(said)")
        }
        #expect(complaint([0x7F, 0x45, 0x4C, 0x46, 0]).contains("a.conf:1:1: this is not a line of text"))
        #expect(complaint([0xFF, 0x3D]).contains("a.conf:1:1: "))
        #expect(complaint([]).contains("there is no line 'KEY = VALUE' in it"))
        #expect(
            complaint([UInt8](repeating: 0x23, count: SysctlListing.maximumBytes + 1)).contains("longer than 16 MiB"))
    }
}
