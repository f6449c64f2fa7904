import FoundationEssentials

/// A kernel as the linker made it: `vmlinux`.
struct ElfImage {
    private let data: Data
    private let segments: [Segment]

    private struct Segment {
        var kind: UInt32
        var offset: Int
        var bytes: Int
    }

    /// `nil` for what is no 64-bit ELF file for x86 that stays where it was linked to, or is cut off.
    init?(_ data: Data) {
        guard data.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), data.number(UInt16.self, at: 16) == 2,
            data.number(UInt16.self, at: 18) == 62,
            let table = data.number(UInt64.self, at: 32), let size = data.number(UInt16.self, at: 54),
            let count = data.number(UInt16.self, at: 56), count > 0, table < UInt64(data.count)
        else { return nil }
        var segments: [Segment] = []
        for index in 0..<Int(count) {
            let start = Int(table) + index * Int(size)
            guard let kind = data.number(UInt32.self, at: start), let offset = data.number(UInt64.self, at: start + 8),
                let bytes = data.number(UInt64.self, at: start + 32), offset <= UInt64(data.count),
                bytes <= UInt64(data.count) - offset
            else { return nil }
            segments.append(Segment(kind: kind, offset: Int(offset), bytes: Int(bytes)))
        }
        self.data = data
        self.segments = segments
    }

    /// XEN_ELFNOTE_PHYS32_ENTRY, by which QEMU enters a kernel without its boot code.
    var hasPVHEntry: Bool {
        segments.contains { segment in
            guard segment.kind == 4 else { return false }
            var place = segment.offset
            while place + 12 <= segment.offset + segment.bytes {
                guard let nameBytes = data.number(UInt32.self, at: place),
                    let valueBytes = data.number(UInt32.self, at: place + 4),
                    let kind = data.number(UInt32.self, at: place + 8)
                else { return false }
                if kind == 18, data.text(at: place + 12, atMost: 4) == "Xen" { return true }
                place += 12 + Self.padded(nameBytes) + Self.padded(valueBytes)
            }
            return false
        }
    }

    private static func padded(_ bytes: UInt32) -> Int { (Int(bytes) + 3) & ~3 }

    /// What `linux_banner` says.
    var release: String? {
        let words = Array("Linux version ".utf8)
        for segment in segments where segment.kind == 1 {
            var rest = data[(data.startIndex + segment.offset)...].prefix(segment.bytes)
            while let start = rest.firstIndex(of: words[0]) {
                if rest[start...].starts(with: words) {
                    let text = data.text(at: start - data.startIndex + words.count, atMost: 128)
                    // The banner's format string has a % there.
                    if let release = text?.prefix(while: { $0 != " " }), release.first?.isNumber ?? false {
                        return String(release)
                    }
                }
                rest = rest[(start + 1)...]
            }
        }
        return nil
    }
}
