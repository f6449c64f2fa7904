import FoundationEssentials

/// What a module says of itself in its section `.modinfo`: `key=value` strings, each ended by a zero byte.
struct ModuleInfo: Hashable {
    var depends: [String]
    /// The kernel it was built for.
    var release: String?

    /// Reads an uncompressed module. The strings are looked for in all of it: no other place of a module has one with a
    /// zero byte or nothing before it and `=` behind such a key.
    init(_ data: Data) {
        depends =
            Self.value("depends", in: data).map { text in
                text.split(separator: ",").map { WantedModule.canonical($0) }
            } ?? []
        release = Self.value("vermagic", in: data)?.split(separator: " ").first.map(String.init)
    }

    private static func value(_ key: String, in data: Data) -> String? {
        let words = Array("\(key)=".utf8)
        var rest = data[...]
        while let start = rest.firstIndex(of: words[0]) {
            let before = start > data.startIndex ? data[start - 1] : 0
            if before == 0, rest[start...].starts(with: words) {
                return data.text(at: start - data.startIndex + words.count, atMost: 4096)
            }
            rest = rest[(start + 1)...]
        }
        return nil
    }
}
