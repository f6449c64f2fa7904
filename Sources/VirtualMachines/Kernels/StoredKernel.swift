/// What is known of a kept kernel: `kernel.json` in its folder.
package struct StoredKernel: Codable, Sendable, Hashable {
    /// Grows when an old reader would misread a new file.
    package static let format = 1

    package var format = StoredKernel.format
    package var name: String
    /// As `uname -r` will say; `unknown` where neither image nor modules tell.
    package var release: String
    package var origin: Origin
    package var image: KernelImage
    /// ISO 8601, UTC.
    package var added: String
    /// Those to load, in the order in which they can be.
    package var modules: [StoredModule]
    /// Every wanted module, loadable or not.
    package var wanted: [ModuleAnswer]

    /// Where a kernel comes from.
    package enum Origin: Codable, Sendable, Hashable {
        case package(DistributionPackage)
        /// By hand. `used`: what of the folder of modules was looked at.
        case files(image: String, modules: String?, used: [GivenFile])
    }
}

/// A package of a distribution, and those that came with it.
package struct DistributionPackage: Codable, Sendable, Hashable {
    package var name: String
    package var version: String
    /// The suite that was asked for; `nil` for those of the machine itself.
    package var suite: String?
    package var architecture: String
    package var sha256: String
    /// Further packages that were unpacked, as name=version.
    package var together: [String]
}

/// A file as it was when it was looked at.
package struct GivenFile: Codable, Sendable, Hashable {
    package var path: String
    package var bytes: Int
    /// Nanoseconds since 1970, as far as the file system tells.
    package var modified: Int64
}

/// The kernel itself, as QEMU gets it.
package struct KernelImage: Codable, Sendable, Hashable {
    package enum Form: String, Codable, Sendable, Hashable {
        /// An uncompressed ELF file with the PVH entry: QEMU enters it directly.
        case elf
        /// As distributions ship it; it unpacks itself at every boot, which takes the emulated CPU seconds.
        case bzImage
    }

    /// Its name in the kernel's folder.
    package var file: String
    package var form: Form
    package var bytes: Int
    /// Of the kept image.
    package var sha256: String
    /// Of the image that was given, packed as it was.
    package var originalSHA256: String
    /// Why it is not kept unpacked.
    package var note: String?
}

/// A module that is kept, uncompressed.
package struct StoredModule: Codable, Sendable, Hashable {
    package var name: String
    /// Below the kernel's folder.
    package var file: String
    package var bytes: Int
    package var depends: [String]
}

/// What became of a wanted module.
package struct ModuleAnswer: Codable, Sendable, Hashable {
    package enum State: String, Codable, Sendable, Hashable {
        case loadable
        case builtIn
        /// Neither a file nor built in.
        case absent
        /// Not a file; nothing tells whether it is built in.
        case unknown
    }

    package var name: String
    package var state: State
    /// The dependency for whose lack it cannot be loaded.
    package var lacks: String?
}
