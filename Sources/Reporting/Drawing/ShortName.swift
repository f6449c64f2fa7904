/// Names of instances without what all of them share.
package enum ShortName {
    /// `ipv4 tcp_syncookies=0` of `synflood/ipv4/server:net.ipv4.tcp_syncookies=0`, with `synflood` before it where it is
    /// the only one; whole names where that would make two the same.
    package static func all(_ names: [String]) -> [String] {
        let parts = names.map { $0.split(separator: "/").map(String.init) }
        guard let first = parts.first else { return [] }
        if parts.count == 1 { return [first.map(brief).joined(separator: " ")] }
        let shared = first.indices.filter { index in parts.allSatisfy { index < $0.count && $0[index] == first[index] }
        }
        let short = parts.map { part in
            part.indices.filter { !shared.contains($0) }.map { brief(part[$0]) }.joined(separator: " ")
        }
        return Set(short).count == names.count && !short.contains("") ? short : names
    }

    /// `HOST:KEY=VALUE` without the host and all but the last word of the key.
    private static func brief(_ part: String) -> String {
        guard let equals = part.firstIndex(of: "="), let dot = part[..<equals].lastIndex(of: ".") else { return part }
        return String(part[part.index(after: dot)...])
    }
}
