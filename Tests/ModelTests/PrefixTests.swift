import Model
import Testing

@Suite("A prefix")
struct PrefixTests {
    @Test(
        "holds the addresses that share its bits",
        arguments: [
            ("198.19.0.0", 16, "198.19.0.0", true), ("198.19.0.0", 16, "198.19.255.255", true),
            ("198.19.0.0", 16, "198.18.255.255", false), ("198.19.0.0", 16, "198.20.0.0", false),
            ("198.19.0.0", 15, "198.18.0.1", true), ("198.19.0.0", 15, "198.20.0.1", false),
            ("198.18.0.1", 32, "198.18.0.1", true), ("198.18.0.1", 32, "198.18.0.0", false),
            ("198.18.0.1", 0, "10.0.0.1", true), ("198.18.0.1", 0, "fd00::1", false),
            ("fd7c:fa17:1::", 48, "fd7c:fa17:1:ffff::1", true), ("fd7c:fa17:1::", 48, "fd7c:fa17:2::1", false),
            ("fd7c:fa17:1::", 48, "fd7c:fa17::1", false), ("fd7c:fa17:1::", 128, "fd7c:fa17:1::", true),
            // ::c613:1 is not 198.19.0.1
            ("198.19.0.0", 16, "::c613:1", false),
        ])
    func contains(prefix: String, length: Int, address: String, want: Bool) throws {
        let prefix = Prefix(try #require(IPAddress(prefix)), length)
        #expect(prefix.contains(try #require(IPAddress(address))) == want)
    }

    @Test("of made-up addresses says which are")
    func madeUp() {
        let spoofing = Spoofing(host: "attacker", prefix: Prefix(IPAddress(bytes: [198, 19, 0, 0]), 16))
        #expect(spoofing.isMadeUp(IPAddress(bytes: [198, 19, 7, 7])))
        #expect(!spoofing.isMadeUp(IPAddress(bytes: [198, 18, 7, 7])))
    }
}
