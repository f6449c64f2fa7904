import FoundationEssentials

/// A kernel as distributions ship it: real-mode code, a stub, and the packed ELF file (Documentation/arch/x86/boot.rst).
struct BzImage {
    let data: Data

    /// `nil` when it is none.
    init?(_ data: Data) {
        guard data.number(UInt16.self, at: 0x1FE) == 0xAA55, data.text(at: 0x202, atMost: 4) == "HdrS" else {
            return nil
        }
        self.data = data
    }

    /// XLF_KERNEL_64; before protocol 2.12 nobody says.
    var is64Bit: Bool {
        guard let version = data.number(UInt16.self, at: 0x206), version >= 0x20C else { return true }
        return (data.number(UInt16.self, at: 0x236) ?? 0) & 1 != 0
    }

    /// The first word of the version that the image carries.
    var release: String? {
        guard let pointer = data.number(UInt16.self, at: 0x20E), pointer != 0 else { return nil }
        let words = data.text(at: Int(pointer) + 0x200, atMost: 256)?.split(separator: " ")
        return words?.first.map(String.init)
    }

    /// The packed kernel with its size behind it; `nil` before protocol 2.08, or where it would lie outside.
    var payload: Data? {
        guard let version = data.number(UInt16.self, at: 0x206), version >= 0x208,
            let sectors = data.number(UInt8.self, at: 0x1F1), let offset = data.number(UInt32.self, at: 0x248),
            let length = data.number(UInt32.self, at: 0x24C), length > 4
        else { return nil }
        // Zero means four, as it did for the oldest loaders.
        let start = (Int(sectors == 0 ? 4 : sectors) + 1) * 512 + Int(offset)
        guard start + Int(length) <= data.count else { return nil }
        return data[(data.startIndex + start)..<(data.startIndex + start + Int(length))]
    }
}
