import FoundationEssentials
import Testing

@testable import VirtualMachines

@Suite struct PackageTests {
    static let names = [
        "linux-image-6.1.0-53-cloud-amd64", "linux-image-6.1.0-56-amd64", "linux-image-6.1.0-56-cloud-amd64",
        "linux-image-6.1.0-56-cloud-amd64-dbg", "linux-image-6.1.0-56-cloud-amd64-unsigned",
        "linux-image-6.1.0-56-rt-amd64", "linux-image-6.12-cloud-amd64", "linux-image-6.12.117+deb12-cloud-amd64",
        "linux-image-6.12.117+deb12-rt-amd64", "linux-image-amd64", "linux-image-cloud-amd64",
        "linux-image-5.10.0-0.deb11.6-amd64", "linux-image-5.10.0-0.deb11.6-rt-amd64", "linux-image-6.8.0-31-generic",
        "linux-image-6.8.0-31-lowlatency", "linux-image-unsigned-6.8.0-31-generic", "linux-image-generic",
        "linux-image-6.17.1-rc7-amd64",
    ]

    @Test(arguments: [
        ("6.1", ["6.1.0-53-cloud-amd64", "6.1.0-56-cloud-amd64"]), ("6.1.0-56", ["6.1.0-56-cloud-amd64"]),
        ("6.12", ["6.12.117+deb12-cloud-amd64"]), ("6.12-mine", ["6.12.117+deb12-cloud-amd64"]),
        ("5.10", ["5.10.0-0.deb11.6-amd64"]), ("6.8", ["6.8.0-31-generic"]), ("6.17", ["6.17.1-rc7-amd64"]),
        ("6.1.0-99", []), ("9.9", []), ("6.", []), ("cloud", []), ("mine", []),
    ])
    func whatANameMeans(_ name: String, _ meant: [String]) {
        let found = KernelPackageName.candidates(Self.names, for: name).map(\.package)
        #expect(found == meant.map { "linux-image-\($0)" })
    }

    @Test func seriesAreInOrder() {
        #expect(KernelPackageName.series(Self.names) == ["5.10", "6.1", "6.8", "6.12", "6.17"])
    }

    @Test func whatAptOffers() {
        let text = """
            linux-image-6.1.0-56-cloud-amd64 |  6.1.192-2 | http://mirror.invalid/debian bookworm-security/main amd64 Packages
            linux-image-6.1.0-56-cloud-amd64 |  6.1.192-2 | http://mirror.invalid/debian bookworm-security/main Sources
            N: something else

            """
        #expect(
            Apt.offers(text) == [
                Apt.Offer(
                    package: "linux-image-6.1.0-56-cloud-amd64", version: "6.1.192-2", place: "bookworm-security/main")
            ])
    }

    @Test func whatAptKnows() {
        let details = Apt.details(
            """
            Package: linux-image-6.8.0-31-generic
            Architecture: amd64
            Depends: kmod, linux-base (>= 4.5), initramfs-tools | dracut, linux-modules-6.8.0-31-generic
            Size: 14928408
            Description: a kernel
             Size: 1
            """)
        #expect(details.bytes == 14_928_408)
        #expect(
            details.depends.filter { KernelPackages.belongs($0, to: "linux-image-6.8.0-31-generic") } == [
                "linux-modules-6.8.0-31-generic"
            ])
        #expect(ByteCount.words(14_928_408) == "14.9 MB")
        #expect(ByteCount.words(1) == "1 kB")
    }

    @Test func theNewestIsFound() async throws {
        guard await HostProgram("dpkg", for: "").isInstalled else { return }
        let offers = ["6.1.9-1", "6.1.10-1~bpo1", "6.1.10-1", "6.1.2-1"].map {
            Apt.Offer(package: "a", version: $0, place: "b")
        }
        #expect(try await Apt.newest(offers)?.version == "6.1.10-1")
        #expect(try await Apt.newest([]) == nil)
    }

    @Test func whyAptFailed() {
        let missing = "E: The repository 'http://mirror.invalid/debian nosuch Release' does not have a Release file."
        #expect(AptFailure("Ign:1 x\n\(missing)").kind == .noSuite)
        let unreached = "W: Failed to fetch x  Could not resolve 'mirror.invalid'\n\(missing)"
        #expect(AptFailure(unreached).kind == .other)
        #expect(AptFailure(unreached).words == "Failed to fetch x Could not resolve 'mirror.invalid'")
        #expect(AptFailure("W: GPG error: x InRelease: NO_PUBKEY 1234").kind == .noKey)
        #expect(AptFailure("").words == "it gave no reason")
    }
}
