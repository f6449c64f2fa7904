import FoundationEssentials

/// Finds the package that somebody means by `6.1`, and fetches and unpacks it.
struct KernelPackages {
    struct Unpacked {
        var package: DistributionPackage
        /// The root of what was in the packages.
        var root: String
        var image: String
    }

    let request: KernelRequest
    /// Where lists are kept from one time to the next.
    let lists: String
    let scratch: String
    let tell: KernelStore.Teller

    func fetch() async throws -> Unpacked {
        try await Apt.check()
        if let suite = request.suite { return try await fetch(from: suite) }
        let own = try Apt(scratch: "\(scratch)/apt", options: [])
        if let offer = try await best(own) {
            do {
                return try await fetch(offer, by: own)
            } catch let failure as AptFailure {
                // Most likely a newer version has taken its place since the machine's lists were fetched.
                tell("\(offer.package) \(offer.version) cannot be fetched: \(failure.words)")
            }
        }
        tell("fetching package lists")
        let apt = try Apt.withOwnLists(in: "\(lists)/machine", scratch: "\(scratch)/fresh", sources: nil)
        var failure: AptFailure?
        do { try await apt.update() } catch let error as AptFailure { failure = error }
        // One source of many may fail without harm.
        guard let offer = try await best(apt) else {
            if let failure { throw KernelStoreError.trouble("the package lists cannot be fetched: \(failure.words)") }
            throw try await unknown(apt)
        }
        return try await fetched(offer, by: apt)
    }

    private func fetch(from suite: String) async throws -> Unpacked {
        guard suite.first?.isLetter ?? false, suite.allSatisfy({ $0.isLetter || $0.isNumber || "-._/".contains($0) })
        else {
            throw KernelStoreError.badInput("'\(suite)' is no suite; name one such as trixie, or bookworm-backports")
        }
        let paragraphs = try MachineSources.read().paragraphs(suite: suite)
        tell("fetching package lists of \(suite)")
        var failure: AptFailure?
        for sources in paragraphs {
            let folder = "\(lists)/\(String(suite.map { $0 == "/" ? "_" : $0 }))"
            let apt = try Apt.withOwnLists(in: folder, scratch: "\(scratch)/fresh", sources: sources)
            do {
                try await apt.update()
            } catch let error as AptFailure {
                failure = error
                continue
            }
            guard let offer = try await best(apt) else { throw try await unknown(apt) }
            return try await fetched(offer, by: apt)
        }
        guard let failure else { throw KernelStoreError.trouble("the suite \(suite) cannot be asked for") }
        throw words(failure, suite)
    }

    private func words(_ failure: AptFailure, _ suite: String) -> KernelStoreError {
        switch failure.kind {
        case .noSuite:
            .badInput("this machine's mirror has no suite '\(suite)': \(failure.words)")
        case .noKey:
            .trouble(
                "this machine's keys do not vouch for \(suite): \(failure.words); "
                    + "install a newer package of archive keys, \(Apt.byHand)")
        case .other: .trouble("the package lists of \(suite) cannot be fetched: \(failure.words)")
        }
    }

    /// The newest version of what is meant.
    private func best(_ apt: Apt) async throws -> Apt.Offer? {
        let packages: [String]
        if let package = request.package {
            packages = [package]
        } else {
            let names = try await apt.names(KernelPackageName.prefix)
            packages = KernelPackageName.candidates(names, for: request.name).map(\.package)
        }
        let offers = try await apt.offers(packages).filter { $0.version == request.version ?? $0.version }
        return try await Apt.newest(offers)
    }

    private func unknown(_ apt: Apt) async throws -> KernelStoreError {
        let place = request.suite.map { "the suite \($0) has" } ?? "this machine's package sources have"
        if let package = request.package {
            let versions = try await apt.offers([package]).map(\.version)
            guard !versions.isEmpty else { return .badInput("\(place) no package \(package)") }
            return .badInput("\(place) of \(package): \(versions.joined(separator: ", "))")
        }
        let names = try await apt.names(KernelPackageName.prefix)
        let meant = KernelPackageName.candidates(names, for: request.name).map(\.package)
        if let version = request.version, !meant.isEmpty {
            let versions = Set(try await apt.offers(meant).map(\.version)).sorted().joined(separator: ", ")
            return .badInput("\(place) no kernel \(request.name) of version \(version), but: \(versions)")
        }
        let series = KernelPackageName.series(names)
        let there = series.isEmpty ? "no kernel at all" : "kernels \(series.joined(separator: ", "))"
        return .badInput(
            "\(place) \(there), and no \(request.name): name another suite with --suite, \(Apt.byHand)")
    }

    private func fetched(_ offer: Apt.Offer, by apt: Apt) async throws -> Unpacked {
        do {
            return try await fetch(offer, by: apt)
        } catch let failure as AptFailure {
            throw KernelStoreError.trouble(
                "\(offer.package) cannot be fetched: \(failure.words); try another one with --package or --version, "
                    + Apt.byHand)
        }
    }

    private func fetch(_ offer: Apt.Offer, by apt: Apt) async throws -> Unpacked {
        let root = "\(scratch)/root"
        // What a try before this one got.
        HostFiles.remove(root)
        var open = [offer]
        var seen: Set<String> = [offer.package]
        var first: DistributionPackage?
        while let next = open.popLast() {
            let details = try await apt.details(next)
            tell("downloading \(next.package) \(next.version) from \(next.place)\(size(details.bytes))")
            let file = try await apt.download(next, into: "\(scratch)/packages")
            let digest = try await Digest.sha256(of: file)
            let name = "\(next.package)=\(next.version)"
            if first == nil {
                first = DistributionPackage(
                    name: next.package, version: next.version, suite: request.suite,
                    architecture: details.architecture, sha256: digest, together: [])
            } else {
                first?.together.append(name)
            }
            _ = try await HostProgram("dpkg-deb", for: "it unpacks packages").output(["-x", file, root])
            HostFiles.remove(file)
            // Some distributions put the image, the modules or the list of built-in ones into packages of their own.
            let others = details.depends.filter { Self.belongs($0, to: offer.package) && seen.insert($0).inserted }
            for other in others {
                let offers = try await apt.offers([other])
                let same = offers.first { $0.version == next.version }
                if let choice = try await Apt.newest(same.map { [$0] } ?? offers) { open.append(choice) }
            }
        }
        guard let package = first, let image = Self.image(below: root) else {
            throw KernelStoreError.trouble("there is no kernel image (boot/vmlinuz-…) in \(offer.package)")
        }
        return Unpacked(package: package, root: root, image: image)
    }

    /// Whether a package that a kernel's depends on is a part of it: modules, image, or the list of what is built in.
    static func belongs(_ package: String, to kernel: String) -> Bool {
        guard kernel.hasPrefix(KernelPackageName.prefix) else { return false }
        return package.hasPrefix("linux-") && package.hasSuffix(kernel.dropFirst("linux-image".count))
    }

    private static func image(below root: String) -> String? {
        let boot = HostFiles.names(in: "\(root)/boot").first { $0.hasPrefix("vmlinuz") }.map { "\(root)/boot/\($0)" }
        return boot ?? HostFiles.below(root).first { $0.hasSuffix("/vmlinuz") }.map { "\(root)/\($0)" }
    }

    private func size(_ bytes: Int?) -> String { bytes.map { " (\(ByteCount.words($0)))" } ?? "" }
}

/// Sizes for people.
package enum ByteCount {
    /// `26.7 MB`.
    package static func words(_ bytes: Int) -> String {
        let tenths = (bytes + 50_000) / 100_000
        return tenths == 0 ? "\((bytes + 999) / 1000) kB" : "\(tenths / 10).\(tenths % 10) MB"
    }
}
