/// What a SYN or SYN+ACK offers (RFC 9293 section 3.2, RFC 7323, RFC 2018).
package struct SynOptions: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Maximum segment size in bytes.
    package var mss: Int?
    /// The shift count.
    package var windowScale: Int?
    package var sackPermitted: Bool
    package var timestamps: Bool

    package init(mss: Int? = nil, windowScale: Int? = nil, sackPermitted: Bool = false, timestamps: Bool = false) {
        self.mss = mss
        self.windowScale = windowScale
        self.sackPermitted = sackPermitted
        self.timestamps = timestamps
    }

    /// The option part of a TCP header; what does not fit its own length ends the reading.
    init(_ bytes: [UInt8]) {
        self.init()
        var rest = bytes[...]
        while let kind = rest.first, kind != 0 {
            if kind == 1 {
                rest = rest.dropFirst()
                continue
            }
            guard rest.count > 1, case let length = Int(rest[rest.startIndex + 1]), length >= 2, length <= rest.count
            else { return }
            let value = rest.prefix(length).dropFirst(2)
            switch (kind, length) {
            case (2, 4): mss = value.reduce(0) { $0 << 8 | Int($1) }
            case (3, 3): windowScale = value.first.map(Int.init)
            case (4, 2): sackPermitted = true
            case (8, 10): timestamps = true
            default: break
            }
            rest = rest.dropFirst(length)
        }
    }

    /// `MSS 1460, SACK, timestamps, window scale 7`; `no options`.
    package var description: String {
        let words = [
            mss.map { "MSS \($0)" }, sackPermitted ? "SACK" : nil, timestamps ? "timestamps" : nil,
            windowScale.map { "window scale \($0)" },
        ].compactMap { $0 }
        return words.isEmpty ? "no options" : words.joined(separator: ", ")
    }
}
