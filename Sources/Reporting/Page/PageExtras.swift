package import Model
import Oracle

/// What a page shows of an instance beside its judgement: who sent what and when, what was set, where the captures are.
package struct PageExtras: Sendable, Encodable {
    let ladder: PageLadder
    /// For readers of text; a page has the one above.
    let drawing: Ladder
    let sysctls: [PageSysctl]
    /// To the record and its captures, as the page sees them.
    let links: [String]
    /// `nil` where nothing was injected.
    let flood: PageFlood?

    private enum CodingKeys: CodingKey { case ladder, sysctls, links, flood }

    /// `folder` is where the record lies, as a link from the page's place.
    package init(_ record: RunRecord, folder: String) {
        ladder = PageLadder(record)
        drawing = Ladder(record)
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
        flood = PageFlood(record)
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
