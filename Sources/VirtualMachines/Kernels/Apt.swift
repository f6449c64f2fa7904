import FoundationEssentials

/// The distribution's package tools, used as a plain user: nothing that belongs to the machine is written.
struct Apt: Sendable {
    /// Further options; all of them are `-o`.
    let options: [String]
    /// For what apt computes and throws away.
    let scratch: String
    private let configuration: String

    /// A version of a package that a source offers.
    struct Offer: Hashable {
        var package: String
        var version: String
        /// Where it is, such as `bookworm/main`.
        var place: String
    }

    /// What the lists say of one version of a package.
    struct Details: Hashable {
        var bytes: Int?
        var depends: [String]
        var architecture: String
    }

    static let byHand = "or get a kernel yourself and give it with --image FILE --modules DIR"

    /// Hooks of the machine would write to its own folders, and the sandbox needs a user that cannot read ours.
    private static let clearing = """
        #clear APT::Update::Pre-Invoke;
        #clear APT::Update::Post-Invoke;
        #clear APT::Update::Post-Invoke-Success;
        #clear DPkg::Pre-Invoke;
        #clear DPkg::Post-Invoke;
        APT::Sandbox::User "root";
        Acquire::Languages "none";
        Acquire::Retries "1";
        Acquire::http::Timeout "20";
        Acquire::https::Timeout "20";
        APT::Update::Error-Mode "any";

        """

    init(scratch: String, options: [String]) throws {
        self.options = options + ["Dir::Cache=\(scratch)/cache"]
        self.scratch = scratch
        configuration = "\(scratch)/apt.conf"
        try HostFiles.makeFolder("\(scratch)/cache/archives/partial")
        try HostFiles.write(Data(Self.clearing.utf8), to: configuration)
    }

    /// Lists of one's own, that a plain user may fetch. `sources`: instead of the machine's.
    static func withOwnLists(in folder: String, scratch: String, sources: String?) throws -> Apt {
        try HostFiles.makeFolder("\(folder)/lists/partial")
        try HostFiles.write(Data(), to: "\(folder)/status")
        var options = ["Dir::State::lists=\(folder)/lists", "Dir::State::status=\(folder)/status"]
        if let sources {
            try HostFiles.makeFolder("\(folder)/sources.d")
            try HostFiles.write(Data(sources.utf8), to: "\(folder)/sources.d/suite.sources")
            options += ["Dir::Etc::sourcelist=/dev/null", "Dir::Etc::sourceparts=\(folder)/sources.d"]
        }
        return try Apt(scratch: scratch, options: options)
    }

    private func arguments(_ command: [String]) -> [String] {
        ["-c", configuration] + options.flatMap { ["-o", $0] } + command
    }

    private var cache: HostProgram { HostProgram("apt-cache", for: "it finds packages; \(Self.byHand)") }
    private var get: HostProgram { HostProgram("apt-get", for: "it fetches packages; \(Self.byHand)") }

    static func check() async throws {
        for (name, does) in [("apt-get", "fetches"), ("dpkg", "compares versions of"), ("dpkg-deb", "unpacks")] {
            guard await HostProgram(name, for: "").isInstalled else {
                throw KernelStoreError.trouble(
                    "there is no program \(name) here, which \(does) packages: use a Debian or Ubuntu machine, "
                        + byHand)
            }
        }
    }

    /// Names of packages that begin so.
    func names(_ prefix: String) async throws -> [String] {
        try await cache.output(arguments(["pkgnames", prefix])).split(separator: "\n").map(String.init).sorted()
    }

    func offers(_ packages: [String]) async throws -> [Offer] {
        if packages.isEmpty { return [] }
        return Self.offers(try await cache.output(arguments(["madison"] + packages)))
    }

    /// `package | version | uri suite/component arch Packages`, with spaces around.
    static func offers(_ text: String) -> [Offer] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
            guard parts.count == 3, parts[2].last == "Packages", let name = parts[0].first, let version = parts[1].first
            else { return nil }
            return Offer(package: name, version: version, place: parts[2].dropFirst().first ?? "")
        }
    }

    func details(_ offer: Offer) async throws -> Details {
        Self.details(
            try await cache.output(arguments(["show", "--no-all-versions", "\(offer.package)=\(offer.version)"])))
    }

    static func details(_ text: String) -> Details {
        var details = Details(bytes: nil, depends: [], architecture: "amd64")
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = parts[1].drop { $0 == " " }
            switch parts[0] {
            case "Size": details.bytes = Int(value)
            case "Architecture": details.architecture = String(value)
            case "Depends", "Pre-Depends":
                details.depends += value.split(separator: ",").compactMap {
                    $0.split { $0 == " " || $0 == "(" || $0 == "|" }.first.map(String.init)
                }
            default: break
            }
        }
        return details
    }

    /// The newest of them by the distribution's own order of versions.
    static func newest(_ offers: [Offer]) async throws -> Offer? {
        guard var newest = offers.first else { return nil }
        let dpkg = HostProgram("dpkg", for: "it compares versions of packages")
        for offer in offers.dropFirst() {
            let result = try await dpkg.run(["--compare-versions", offer.version, "gt", newest.version])
            if result.succeeded { newest = offer }
        }
        return newest
    }

    /// Fetches the lists of packages.
    func update() async throws {
        let result = try await get.run(arguments(["update", "--quiet"]))
        guard !result.succeeded else { return }
        throw AptFailure(result.errors + "\n" + result.output)
    }

    /// The package's file, alone in the folder.
    func download(_ offer: Offer, into folder: String) async throws -> String {
        HostFiles.remove(folder)
        try HostFiles.makeFolder(folder)
        let result = try await get.run(
            arguments(["download", "--quiet", "\(offer.package)=\(offer.version)"]), in: folder)
        guard result.succeeded, let file = HostFiles.names(in: folder).first(where: { $0.hasSuffix(".deb") }) else {
            throw AptFailure(result.errors)
        }
        return "\(folder)/\(file)"
    }
}
