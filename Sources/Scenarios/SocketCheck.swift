import Model
import Oracle

/// Holds every use of a socket against what the socket is: a listener, a connection, or what a listener accepted.
///
/// Names that nobody gives are left to `NameCheck`.
struct SocketCheck {
    private enum Kind: Equatable {
        case listener
        /// `nil`: one call, which has no number.
        case connection(calls: Int?)
        /// `nil`: one connection. `.max`: all that come.
        case accepted(count: Int?)

        /// How many sockets share the name; `nil`: it is one.
        var several: Int? {
            switch self {
            case .listener: nil
            case .connection(let count), .accepted(let count): count
            }
        }
    }

    private let log: Diagnostics
    private let laws: [LawDescription]
    private let scenario: Arguments
    private let kinds: [String: Kind]

    init(log: Diagnostics, laws: [LawDescription], scenario: Arguments) {
        self.log = log
        self.laws = laws
        self.scenario = scenario
        var kinds: [String: Kind] = [:]
        for action in scenario.phrases("actions") {
            guard let name = action.arguments.text("as") else { continue }
            kinds[name] = Self.kind(action)
        }
        self.kinds = kinds
    }

    private static func kind(_ action: Phrase) -> Kind {
        let words = action.arguments
        switch action.verb {
        case "listen": return .listener
        case "accept":
            let count = words.text("count") == "all" ? Int.max : words.integer("count") ?? 1
            return .accepted(count: count == 1 ? nil : count)
        default: return .connection(calls: Connect.Series(words)?.most)
        }
    }

    func check() {
        for mention in log.mentions where mention.role == .socket && !mention.isDefinition { checkNumber(mention) }
        for action in scenario.phrases("actions") {
            let words = action.arguments
            switch action.verb {
            case "listen": needListener(words, "again")
            case "accept": needListener(words, "listener")
            case "send", "receive", "shutdown": needStream(words, "socket", to: action.verb)
            case "wait":
                if let name = words.text("call"), kind(name) == .listener, let at = words.fields["call"]?.at {
                    log.add("'\(name)' is a listener: it has no call to wait for", at: at)
                }
                if let queue = words.record("queue") { needListener(queue, "of") }
                if let state = words.record("state") { needStream(state, "of", to: "wait for a state of") }
            default: break
            }
        }
        for claim in scenario.phrases("expect") {
            switch claim.verb {
            case "law": checkLaw(claim.arguments)
            case "call": checkCall(claim.arguments)
            case "queue": needListener(claim.arguments, "of")
            case "state": needStream(claim.arguments, "of", to: "expect a state of")
            default: break
            }
        }
    }

    /// `c#3` is one of several; what is alone has no number.
    private func checkNumber(_ mention: Diagnostics.Mention) {
        let parts = mention.name.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let kind = kinds[parts[0]] else { return }
        let name = quoted(mention.name)
        guard let several = kind.several else {
            log.add("there is no \(name)", at: mention.at, advice: "'\(parts[0])' is one socket: write \(parts[0])")
            return
        }
        guard let number = Int(parts[1]), String(number) == parts[1], (1...several).contains(number) else {
            let last = several == .max ? "" : ", the last is \(parts[0])#\(several)"
            log.add("there is no \(name)", at: mention.at, advice: "the first is \(parts[0])#1\(last)")
            return
        }
    }

    private func needListener(_ words: Arguments, _ key: String) {
        guard let name = words.text(key), let at = words.fields[key]?.at else { return }
        needListener(name, at)
    }

    private func needListener(_ name: String, _ at: SourceLocation) {
        guard let kind = kind(name), kind != .listener else { return }
        log.add(
            "\(quoted(name)) is \(Self.words(for: kind)), not a listener", at: at, advice: "name the 'as' of a listen")
    }

    /// One connection, by either of its ends.
    private func needStream(_ words: Arguments, _ key: String, to verb: String) {
        if let name = words.text(key), let at = words.fields[key]?.at { needStream(name, at, to: verb) }
    }

    private func needStream(_ name: String, _ at: SourceLocation, to verb: String) {
        guard let kind = kind(name) else { return }
        if kind == .listener {
            log.add(
                "'\(name)' is a listener: nothing to \(verb)", at: at, advice: "name the 'as' of a connect or an accept"
            )
        } else if kind.several != nil, !name.contains("#") {
            log.add("'\(name)' is \(Self.words(for: kind))", at: at, advice: "name one of them, such as \(name)#1")
        }
    }

    private func checkLaw(_ claim: Arguments) {
        guard let pair = claim.pairs.first, case .text(let name) = pair.value.value,
            let law = laws.first(where: { $0.name == pair.key }), let kind = kind(name)
        else { return }
        switch law.subject {
        case .listener: needListener(name, pair.value.at)
        case .stream: needStream(name, pair.value.at, to: "expect such a law of")
        case .ends:
            guard kind == .listener else { return }
            log.add(
                "'\(name)' is a listener, which closes no connection", at: pair.value.at,
                advice: "name the 'as' of a connect or an accept")
        case .connection:
            if case .connection = kind { return }
            log.add(
                "\(quoted(name)) is \(Self.words(for: kind)), and this law is about a connect()", at: pair.value.at,
                advice: "name the 'as' of a connect")
        }
    }

    private func checkCall(_ claim: Arguments) {
        guard let pair = claim.pairs.first, let kind = kind(pair.key) else { return }
        let call = claim.text("in") ?? "connect"
        guard call != "connect" else {
            if case .connection = kind { return }
            log.add(
                "\(quoted(pair.key)) is \(Self.words(for: kind)): no connect() makes it", at: pair.at,
                advice: "name the 'as' of a connect, or say which call: in: send")
            return
        }
        let called = scenario.phrases("actions").contains { $0.verb == call && $0.arguments.text("socket") == pair.key }
        if !called, let at = claim.fields["in"]?.at {
            log.add(
                "no '\(call)' names \(quoted(pair.key))", at: at,
                advice: "add the action: - \(call): { socket: \(pair.key), … }")
        }
    }

    private func kind(_ name: String) -> Kind? { kinds[String(name.prefix { $0 != "#" })] }

    private static func words(for kind: Kind) -> String {
        switch kind {
        case .listener: "a listener"
        case .connection(nil): "a connection"
        case .connection: "a series of connections"
        case .accepted(nil): "an accepted socket"
        case .accepted: "the name of several accepted sockets"
        }
    }
}
