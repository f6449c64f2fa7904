package import Model
import Oracle

/// What a page shows of an instance beside its judgement: who sent what and when, what was set, where the captures are.
package struct PageExtras: Sendable {
    let ladder: PageLadder
    /// For readers of text.
    let drawing: Ladder
    let sysctls: [PageSysctl]
    /// To the record and its captures, as the page sees them.
    let links: [String]

    /// `folder` is where the record lies, as a link from the page's place.
    package init(_ record: RunRecord, folder: String) {
        drawing = Ladder(record)
        ladder = PageLadder(drawing.brief)
        sysctls = record.plan.hosts.flatMap { host in
            host.sysctls.compactMap { setting in
                (record.sysctls[host.name]?[setting.key]?.after ?? setting.value).map { value in
                    PageSysctl(
                        host: host.name, key: setting.key, value: value, usual: record.facts.sysctls[setting.key],
                        isOwn: !setting.optional)
                }
            }
        }.filter { $0.value != $0.usual }
        links = (["record.json"] + record.taps.map(\.file)).map { "./" + Self.escaped("\(folder)/\($0)") }
    }

    /// RFC 3986 section 2.3; a name may have `#` and `:` in it.
    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~/".contains(character))
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(character) : "%\(byte < 16 ? "0" : "")\(digits)"
        }.joined()
    }
}

/// A sysctl that is not what the kernel makes it.
struct PageSysctl: Sendable, Encodable {
    var host: String
    var key: String
    var value: String
    /// What a new namespace has; `nil` where it has none.
    var usual: String?
    /// The scenario sets it, and not the harness for every run.
    var isOwn: Bool
}

/// A ladder in few bytes, since a page has hundreds of them.
struct PageLadder: Sendable, Encodable {
    /// From left to right.
    let hosts: [String]
    /// When the first rung was, on the record's timeline.
    let origin: Nanoseconds
    let rungs: [Rung]

    /// An array: what; from and to, as indices of hosts (-1: none); nanoseconds since the first rung (-1: unknown);
    /// "lost" or ""; the connection.
    struct Rung: Sendable, Encodable {
        var what: String
        var from: Int
        var to: Int
        var at: Int64
        var isLost: Bool
        var isFlood: Bool
        var connection: String

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(what)
            try container.encode(from)
            try container.encode(to)
            try container.encode(at)
            try container.encode(isLost ? "lost" : isFlood ? "flood" : "")
            try container.encode(connection)
        }
    }

    init(_ ladder: Ladder) {
        hosts = ladder.hosts
        origin = ladder.origin ?? .zero
        func place(_ host: String?) -> Int { host.flatMap { ladder.hosts.firstIndex(of: $0) } ?? -1 }
        rungs = ladder.rungs.map { rung in
            Rung(
                what: rung.what, from: place(rung.host), to: place(rung.to), at: rung.window?.from.value ?? -1,
                isLost: rung.fate == .lost, isFlood: rung.isFlood, connection: rung.connection ?? "")
        }
    }
}
