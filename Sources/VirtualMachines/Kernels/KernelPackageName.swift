/// The name of a package with a kernel in it, such as `linux-image-6.1.0-56-cloud-amd64`, taken apart.
struct KernelPackageName: Hashable {
    /// Those without drivers for real hardware first: they are smaller, and a guest has none.
    static let flavours = ["cloud-amd64", "amd64", "generic"]
    static let prefix = "linux-image-"

    let package: String
    /// `6.1.0-56`.
    let release: String
    let flavour: String

    /// `nil` for any other package: debug symbols, unsigned images, real-time kernels, and those meta packages that only
    /// depend on the newest of a kind (`linux-image-6.12-amd64`).
    init?(_ package: String) {
        guard package.hasPrefix(Self.prefix),
            let flavour = Self.flavours.first(where: { package.hasSuffix("-\($0)") })
        else { return nil }
        let release = package.dropFirst(Self.prefix.count).dropLast(flavour.count + 1)
        let parts = release.split(separator: "-", omittingEmptySubsequences: false)
        guard let numbers = parts.first?.prefix(while: { $0.isNumber || $0 == "." }),
            numbers.split(separator: ".").count >= 3,
            parts.dropFirst().allSatisfy({ $0.first?.isNumber ?? false || $0.hasPrefix("rc") })
        else { return nil }
        self.package = package
        self.release = String(release)
        self.flavour = flavour
    }

    /// Whether `6.1` means this one: 6.1 itself or what begins with it, and not 6.12.
    func matches(_ name: String) -> Bool {
        guard release.hasPrefix(name) else { return false }
        return release.dropFirst(name.count).first.map { ".-+~".contains($0) } ?? true
    }

    /// `6.1`, as a user names it.
    var series: String { release.split { $0 == "." || $0 == "-" }.prefix(2).joined(separator: ".") }

    /// Those that are meant, of the best flavour that there is. A name may go on with a word of the user's:
    /// `6.12-trixie` means 6.12.
    static func candidates(_ packages: [String], for name: String) -> [KernelPackageName] {
        let all = packages.compactMap { KernelPackageName($0) }
        var found = all.filter { $0.matches(name) }
        if found.isEmpty, let version = name.prefixMatch(of: #/(\d[\d.]*)-[A-Za-z]/#)?.1 {
            found = all.filter { $0.matches(String(version)) }
        }
        let best = flavours.first { flavour in found.contains { $0.flavour == flavour } }
        return found.filter { $0.flavour == best }
    }

    /// The series among them, for whoever asked for one that is not there: 5.10, 6.1, 6.12.
    static func series(_ packages: [String]) -> [String] {
        Set(packages.compactMap { KernelPackageName($0)?.series }).sorted {
            numbers($0).lexicographicallyPrecedes(numbers($1))
        }
    }

    private static func numbers(_ series: String) -> [Int] { series.split(separator: ".").compactMap { Int($0) } }
}
