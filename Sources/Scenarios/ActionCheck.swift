import Model

/// What the words of one action demand of each other.
struct ActionCheck {
    let log: Diagnostics

    /// The actions that take time, so that the next one can start before they end.
    private static let lasting: Set<String> = ["connect", "accept", "send", "receive", "inject"]

    func check(_ action: Phrase) {
        let words = action.arguments
        if words.toggle("await") == false, !Self.lasting.contains(action.verb), let at = words.fields["await"]?.at {
            log.add(
                "'\(action.verb)' has no 'await'", at: at,
                advice: "only \(Self.lasting.sorted().joined(separator: ", ")) can go on while the next action starts")
        }
        switch action.verb {
        case "listen": checkListen(words)
        case "connect": checkSeries(words)
        case "send", "receive": checkBytes(words)
        case "inject": checkInject(words)
        case "set": checkSet(words)
        case "wait": checkWait(words)
        default: break
        }
    }

    private func checkListen(_ words: Arguments) {
        guard words.fields["again"] != nil else {
            if words.fields["on"] == nil {
                log.add("'listen' needs 'on'", at: words.at, advice: "on: the host that listens")
            }
            return
        }
        for key in ["on", "port", "options"] {
            guard let at = words.fields[key]?.at else { continue }
            log.add(
                "'\(key)' belongs to a new listener", at: at,
                advice: "listen() is called again on one that is there: { again: NAME, backlog: N }")
        }
    }

    private func checkSeries(_ words: Arguments) {
        if words.toggle("blocking") == true, let at = words.fields["blocking"]?.at,
            words.fields["count"] != nil || words.fields["every"] != nil
        {
            log.add("'blocking' is for one call", at: at, advice: "write one connect for each of them")
        }
        let (every, until) = (words.fields["every"], words.fields["until"])
        if words.fields["count"] == nil, let one = every ?? until, every == nil || until == nil {
            let name = every == nil ? "until" : "every"
            log.add(
                "'\(name)' needs a 'count'", at: one.at, advice: "count: how many calls; or say both every and until")
            return
        }
        guard let every, let time = words.duration("every") else { return }
        guard time > .zero else {
            log.add("'every' must be longer than 0s", at: every.at, advice: "write for example every: 10ms")
            return
        }
        let calls = Connect.Series(words)?.most ?? 1
        if calls > Vocabulary.mostCalls {
            log.add(
                "these are \(calls) calls; at most \(Vocabulary.mostCalls)", at: every.at,
                advice: "a longer 'every', or a shorter 'until'")
        } else if time.value > Self.day.value / Int64(calls) {
            log.add(
                "\(calls) calls so far apart take longer than a day", at: every.at,
                advice: "no scenario waits that long")
        }
    }

    private func checkBytes(_ words: Arguments) {
        guard case .bytes(0)? = words.fields["bytes"]?.value, let at = words.fields["bytes"]?.at else { return }
        log.add("'bytes' must be at least 1B", at: at)
    }

    private func checkInject(_ words: Arguments) {
        let (count, sources) = (words.integer("count") ?? 1, words.integer("sources") ?? 1)
        if let at = words.fields["count"]?.at, count > sources * Inject.ports {
            log.add(
                "\(count) segments from \(sources) address\(sources == 1 ? "" : "es") would use a port twice", at: at,
                advice: "at most \(Inject.ports) for each address: a smaller 'count', or more 'sources'")
        }
        if words.fields["sequence-of"] != nil {
            for key in ["sources", "port"] {
                guard let at = words.fields[key]?.at else { continue }
                log.add(
                    "'\(key)' has no place beside 'sequence-of'", at: at,
                    advice: "the connection has addresses and ports already; remove it")
            }
        }
        guard let rate = words.integer("rate"), let at = words.fields["rate"]?.at else { return }
        let needed = Nanoseconds(Int64(count) * 1_000_000_000 / Int64(rate))
        if let atMost = words.duration("at-most"), needed > atMost {
            log.add(
                "\(count) segments at \(rate)/s take longer than 'at-most'", at: at,
                advice: "they need \(needed.inWholeSeconds): a greater rate, or a longer 'at-most'")
        } else if needed > Self.day {
            log.add(
                "\(count) segments at \(rate)/s take longer than a day", at: at, advice: "no scenario waits that long")
        }
    }

    private func checkSet(_ words: Arguments) {
        for pair in words.pairs where pair.value.value == .text("default") {
            log.add(
                "in mid-run '\(pair.key)' needs a value", at: pair.value.at,
                advice: "default leaves a key as it is; write what it is to become")
        }
    }

    private func checkWait(_ words: Arguments) {
        if words.fields["for"] == nil, words.fields["at-most"] == nil {
            log.add("'wait' needs 'at-most'", at: words.at, advice: "every wait has a limit: at-most: 10s")
        }
        if let packets = words.record("packets") {
            PhraseCheck(log: log).checkSelector(packets)
        } else if let count = words.fields["count"] {
            log.add("'count' belongs to 'packets'", at: count.at, advice: "remove it")
        }
        if let queue = words.record("queue") { PhraseCheck(log: log).checkLength(queue, "is") }
    }

    private static let day = Nanoseconds.seconds(86_400)
}

extension Nanoseconds {
    /// Rounded up.
    fileprivate var inWholeSeconds: String { "\((value + 999_999_999) / 1_000_000_000)s" }
}

extension Connect.Series {
    /// As `count`, `every` and `until` of a connect say; `nil` for one call.
    init?(_ words: Arguments) {
        let (every, until) = (words.duration("every"), words.duration("until"))
        var count = words.integer("count")
        if count == nil, let every, let until, every > .zero { count = Int(until.value / every.value) + 1 }
        guard let count, count > 1 || every != nil else { return nil }
        self.init(count: count, every: every, until: until)
    }
}
