/// Which kernel of a distribution somebody means.
package struct KernelRequest: Sendable, Hashable {
    /// Its name here; without a package also what its release begins with, such as `6.1`.
    package var name: String
    /// Another suite than the machine's own.
    package var suite: String?
    /// Exactly this version; else the newest.
    package var version: String?
    /// Exactly this package; else the one that the name means.
    package var package: String?

    package init(name: String, suite: String? = nil, version: String? = nil, package: String? = nil) {
        self.name = name
        self.suite = suite
        self.version = version
        self.package = package
    }
}
