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
    package enum Origin: Sendable, Hashable {
        case package(DistributionPackage)
        case files(GivenFiles)
    }
}

extension StoredKernel.Origin: Codable {
    private enum Key: CodingKey {
        case package
        case files
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        if let package = try container.decodeIfPresent(DistributionPackage.self, forKey: .package) {
            self = .package(package)
        } else {
            self = .files(try container.decode(GivenFiles.self, forKey: .files))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .package(let package): try container.encode(package, forKey: .package)
        case .files(let files): try container.encode(files, forKey: .files)
        }
    }
}

/// Files by hand.
package struct GivenFiles: Codable, Sendable, Hashable {
    package var image: String
    package var modules: String?
    /// What of the folder of modules was looked at.
    package var used: [GivenFile]
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
        /// Neither a file nor listed as built in. What a kernel cannot build as a module it does not list either.
        case absent
        /// Not a file; nothing tells whether it is built in.
        case unknown
    }

    package var name: String
    package var state: State
    /// The dependency for whose lack it cannot be loaded.
    package var lacks: String?
}
