import Model

extension ShapeReader {
    /// Words that would be taken for keys or targets.
    static let reserved: Set<String> = [
        "nobody", "self", "default", "absent", "errno", "within", "count", "on", "in", "all",
    ]

    static func isName(_ text: String) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }

    /// Whether a key could be a name of that role. Whether anything has the name is asked later.
    func accepts(_ key: String, as role: Role) -> Bool {
        switch role {
        case .sysctl: return Self.isSysctl(key)
        case .hostSysctl:
            guard let colon = key.firstIndex(of: ":") else { return false }
            return Self.isName(String(key[..<colon])) && Self.isSysctl(String(key[key.index(after: colon)...]))
        case .counter:
            let parts = key.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 2 && Vocabulary.counterTables.contains(String(parts[0]))
                && Self.isName(String(parts[1]))
        case .socketOption: return Vocabulary.socketOptions[key] != nil
        case .socket:
            // Of several the nth is NAME#n.
            let parts = key.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            return Self.isName(String(parts[0])) && parts.dropFirst().allSatisfy { Int($0) != nil }
        case .host, .fault, .action, .law, .topology: return Self.isName(key)
        }
    }

    /// Below `net.`, with no way out of /proc/sys/net.
    static func isSysctl(_ key: String) -> Bool {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count >= 3 && parts[0] == "net"
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
            }
    }

    /// Names of a role that the language itself knows.
    func names(of role: Role) -> [String] {
        role == .socketOption ? Array(Vocabulary.socketOptions.keys) : []
    }

    /// The full name of what is written as people say it: `tcp_syn_retries`, `net/ipv4/tcp_syn_retries`, `TCPTimeouts`.
    func fullName(of key: String, as role: Role) -> String? {
        switch role {
        case .sysctl:
            let dotted = key.replacing("/", with: ".")
            let full = dotted.hasPrefix("tcp_") || dotted.hasPrefix("ip_") ? "net.ipv4.\(dotted)" : dotted
            return full != key && Self.isSysctl(full) ? full : nil
        case .counter: return key.hasPrefix("TCP") || key.hasPrefix("Listen") ? "TcpExt.\(key)" : nil
        default: return nil
        }
    }

    static func example(of role: Role) -> String {
        switch role {
        case .host: "HOST"
        case .socket: "SOCKET"
        case .fault: "FAULT"
        case .action: "ACTION"
        case .law: "LAW"
        case .topology: "TOPOLOGY"
        case .sysctl: "net.ipv4.SYSCTL"
        case .hostSysctl: "HOST:net.ipv4.SYSCTL"
        case .counter: "TcpExt.COUNTER"
        case .socketOption: "TCP_OPTION"
        }
    }
}

extension Shape {
    /// What must stand there, as a message says it.
    var expectation: String {
        switch self {
        case .text: "words"
        case .integer: "a whole number"
        case .integerOr(_, let words): "a whole number or \(words.joined(separator: " or "))"
        case .duration: "a time such as 200ms or 3s"
        case .bytes: "an amount such as 24B"
        case .bytesOr(let words): "an amount such as 24B or \(words.joined(separator: " or "))"
        case .toggle: "yes or no"
        case .choice(let words): words.count > 6 ? "one word" : words.joined(separator: " or ")
        case .definition(let role), .reference(let role): "the name of a \(role.rawValue)"
        case .target: "a host, nobody, self or an address"
        case .nth: "packets counted from 1, such as 1 or 2..4"
        case .count: "a count such as 7, 5..7 or +1"
        case .interval: "times such as 6s..8s"
        case .rate: "a rate such as 1000/s"
        case .percent: "a share such as 25%"
        case .sysctlValue, .optionValue: "one value"
        case .list(let element): "a list; each of it \(element.expectation)"
        case .oneOrMore(let element): "\(element.expectation), or a list of such"
        case .record: "a mapping"
        case .phrase: "a verb with its parameters"
        }
    }

    /// How to write it, where the words of `expectation` do not show it.
    var advice: String? {
        switch self {
        case .record(let record): "write { \(record.example) }"
        case .phrase(let words): words.first.map { "write - \($0.name): { \($0.record.example) }" }
        case .list(.phrase(let words)): words.first.map { "write - \($0.name): { \($0.record.example) }, one a line" }
        case .list(.record(let record)): "write - { \(record.example) }, one a line"
        case .list: "write [a, b]"
        case .sysctlValue: "several numbers go in one pair of quotes"
        default: nil
        }
    }
}

extension Record {
    /// Its required keys (or its first two) with a dash for their values.
    var example: String {
        let needed = fields.filter(\.required)
        var words = (needed.isEmpty && open == nil ? Array(fields.prefix(2)) : needed).map { "\($0.name): …" }
        if let open { words.append("\(ShapeReader.example(of: open.role)): …") }
        return words.joined(separator: ", ")
    }
}
