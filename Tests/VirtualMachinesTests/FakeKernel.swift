/// Tiny images and modules with just those bytes that are looked at.
enum FakeKernel {
    static func little(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// An ELF file for x86-64 with one segment of notes, the PVH entry among them or not, and one of text.
    static func elf(pvh: Bool = true, banner: String = "") -> [UInt8] {
        let gnu = little(4, 4) + little(4, 4) + little(3, 4) + Array("GNU\0".utf8) + [1, 2, 3, 4]
        let xen = little(4, 4) + little(8, 4) + little(18, 4) + Array("Xen\0".utf8) + little(0x100_0000, 8)
        let notes = gnu + (pvh ? xen : [])
        let text = Array("Linux version %s\0\(banner)\0".utf8)
        let start = 64 + 2 * 56
        func segment(_ kind: Int, _ offset: Int, _ bytes: Int) -> [UInt8] {
            little(kind, 4) + little(5, 4) + little(offset, 8) + little(0, 16) + little(bytes, 8) + little(bytes, 8)
                + little(4, 8)
        }
        let head =
            [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9) + little(2, 2) + little(62, 2)
            + little(1, 4) + little(0, 8) + little(64, 8) + little(0, 8) + little(0, 4) + little(64, 2) + little(56, 2)
            + little(2, 2) + little(0, 6)
        return head + segment(4, start, notes.count) + segment(1, start + notes.count, text.count) + notes + text
    }

    /// A bzImage of protocol 2.15 with one sector of setup behind the first.
    static func bzImage(_ payload: [UInt8], release: String = "6.1.0-1-test", is64Bit: Bool = true) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1024)
        func put(_ value: [UInt8], _ offset: Int) { bytes.replaceSubrange(offset..<offset + value.count, with: value) }
        put([1], 0x1F1)
        put([0x55, 0xAA], 0x1FE)
        put(Array("HdrS".utf8), 0x202)
        put(little(0x20F, 2), 0x206)
        put(little(0x100, 2), 0x20E)
        put(little(is64Bit ? 1 : 0, 2), 0x236)
        put(little(16, 4), 0x248)
        put(little(payload.count, 4), 0x24C)
        put(Array("\(release) (someone@somewhere) #1 SMP\0".utf8), 0x300)
        return bytes + [UInt8](repeating: 0x90, count: 16) + payload + [UInt8](repeating: 0, count: 8)
    }

    static func module(depends: String = "", release: String = "6.1.0-1-test") -> [UInt8] {
        let strings = [
            "license=GPL", "depends=\(depends)", "retpoline=Y", "vermagic=\(release) SMP preempt mod_unload ",
        ]
        return [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + strings.flatMap { Array($0.utf8) + [0] }
            + Array("xdepends=no".utf8)
    }
}
