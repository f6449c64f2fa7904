// provisional until the store's archive writer is here
struct CpioArchive {
    private(set) var bytes: [UInt8] = []
    private var ino = 1
    mutating func add(file: String, content: [UInt8]) {
        entry(file, mode: 0o100644, content)
        entry("TRAILER!!!", mode: 0, [])
    }
    private mutating func entry(_ name: String, mode: UInt32, _ content: [UInt8]) {
        func hex(_ v: Int) -> String {
            let s = String(v, radix: 16); return String(repeating: "0", count: 8 - s.count) + s
        }
        let fields = [ino, Int(mode), 0, 0, 1, 0, content.count, 0, 0, 0, 0, name.utf8.count + 1, 0]
        ino += 1
        bytes += Array("070701".utf8) + fields.flatMap { Array(hex($0).utf8) } + Array(name.utf8) + [0]
        while bytes.count % 4 != 0 { bytes.append(0) }
        bytes += content
        while bytes.count % 4 != 0 { bytes.append(0) }
    }
}
