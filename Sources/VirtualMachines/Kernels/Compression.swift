import FoundationEssentials

/// How images and modules are packed, and the host's program that unpacks each.
enum Compression: String, CaseIterable {
    case gzip
    case xz
    case zstd
    case lz4
    case lzma
    case bzip2
    case lzo

    /// The kernel's own list of beginnings: `lib/decompress.c`.
    private var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .lz4: [0x02, 0x21, 0x4C, 0x18]
        case .lzma: [0x5D, 0x00, 0x00]
        case .bzip2: [0x42, 0x5A, 0x68]
        case .lzo: [0x89, 0x4C, 0x5A, 0x4F]
        }
    }

    /// `nil` for what is not packed, or in a way unknown here.
    static func of(_ data: Data) -> Compression? { allCases.first { data.starts(with: $0.magic) } }

    private var command: [String] {
        switch self {
        case .gzip: ["gzip", "-dc"]
        case .xz: ["xz", "-dc"]
        case .zstd: ["zstd", "-dcq"]
        case .lz4: ["lz4", "-dcq"]
        case .lzma: ["xz", "--format=lzma", "-dc"]
        case .bzip2: ["bzip2", "-dc"]
        case .lzo: ["lzop", "-dc"]
        }
    }

    var program: HostProgram {
        HostProgram(command[0], for: "it unpacks what was packed with \(self); install it and try again")
    }

    /// Whether the kernel's build writes the unpacked size behind what it packed; gzip ends with it by itself.
    var hasTrailer: Bool { self != .gzip }

    func unpack(_ source: String, into target: String) async throws -> HostProgram.Result {
        try await program.filter(Array(command.dropFirst()), from: source, into: target)
    }
}
