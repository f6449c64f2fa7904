import Testing

@testable import VirtualMachines

@Suite struct SourceTests {
    static let paragraphs = """
        # A mirror.
        Types: deb deb-src
        URIs: http://mirror.invalid/debian
        Suites: bookworm bookworm-updates
        Components: main contrib
        Signed-By: /usr/share/keyrings/archive.gpg

        Types: deb
        URIs: http://mirror.invalid/debian-security
        Suites: bookworm-security
        Components: main
        Signed-By:
         -----BEGIN PGP PUBLIC KEY BLOCK-----
         .
         abcd
         -----END PGP PUBLIC KEY BLOCK-----

        Types: deb
        Enabled: no
        URIs: http://off.invalid
        Suites: bookworm
        Components: main
        """

    @Test func paragraphsAreRead() {
        let sources = AptSource.paragraphs(Self.paragraphs)
        #expect(sources.map(\.uris) == [["http://mirror.invalid/debian"], ["http://mirror.invalid/debian-security"]])
        #expect(sources.first?.suites == ["bookworm", "bookworm-updates"])
        #expect(sources.last?.trust.first?.split(separator: "\n").count == 5)
    }

    @Test func linesAreRead() {
        let sources = AptSource.lines(
            """
            # deb http://off.invalid bookworm main
            deb [arch=amd64 signed-by=/a.gpg,/b.gpg] http://mirror.invalid/debian bookworm main # the mirror
            deb-src http://mirror.invalid/debian bookworm main
            deb http://flat.invalid ./
            """)
        #expect(
            sources == [
                AptSource(
                    uris: ["http://mirror.invalid/debian"], suites: ["bookworm"], components: ["main"],
                    trust: ["signed-by: /a.gpg /b.gpg"])
            ])
    }

    @Test func theDistributionIsToldFromThirdParties() {
        let third = AptSource(uris: ["http://third.invalid"], suites: ["bookworm"], components: ["main"], trust: [])
        let sources = [third] + AptSource.paragraphs(Self.paragraphs)
        #expect(AptSource.distribution(sources, codename: "bookworm")?.uris == ["http://mirror.invalid/debian"])
        #expect(AptSource.distribution([third], codename: nil) == third)
        #expect(AptSource.distribution([], codename: nil) == nil)
        #expect(AptSource.security(sources)?.uris == ["http://mirror.invalid/debian-security"])
    }

    @Test func anotherSuiteOfTheSameMirror() throws {
        let machine = MachineSources(sources: AptSource.paragraphs(Self.paragraphs), codename: "bookworm")
        let plain = """
            Types: deb
            URIs: http://mirror.invalid/debian
            Suites: trixie
            Components: main
            signed-by: /usr/share/keyrings/archive.gpg

            """
        let both = try machine.paragraphs(suite: "trixie")
        #expect(both.last == plain)
        #expect(both.count == 2)
        #expect(both.first?.contains("Suites: trixie-security\n") ?? false)
        #expect(both.first?.contains("\n -----END PGP PUBLIC KEY BLOCK-----\n") ?? false)
        #expect(try machine.paragraphs(suite: "bookworm-backports").count == 1)
        #expect(throws: KernelStoreError.self) {
            try MachineSources(sources: [], codename: nil).paragraphs(suite: "trixie")
        }
    }

    @Test func filesOfBothFormsAreRead() throws {
        let folder = try TemporaryFolder()
        try folder.write("apt/sources.list", Array("deb http://a.invalid x main\n".utf8))
        try folder.write("apt/sources.list.d/b.list", Array("deb http://b.invalid x main\n".utf8))
        try folder.write("apt/sources.list.d/c.sources", Array(Self.paragraphs.utf8))
        try folder.write("apt/sources.list.d/d.sources.off", Array(Self.paragraphs.utf8))
        try folder.write("os-release", Array("ID=x\nVERSION_CODENAME=\"bookworm\"\n".utf8))
        let machine = try MachineSources.read(root: folder.path)
        #expect(machine.sources.count == 4)
        #expect(machine.codename == "bookworm")
    }
}
