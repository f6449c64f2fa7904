import Model

extension ShapeReader {
    /// A word that is there, read as a shape for one word.
    func readScalar(_ text: String, _ item: Item, _ shape: Shape, _ what: String) -> Parsed.Value? {
        do {
            switch shape {
            case .text, .sysctlValue: return .text(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
            case .integer(let range): return integer(text, range, item, what).map(Parsed.Value.integer)
            case .integerOr(let range, let words):
                if words.contains(text) { return .text(text) }
                guard Int(text) != nil else { return word(text, among: words, item, what) }
                return integer(text, range, item, what).map(Parsed.Value.integer)
            case .duration: return .duration(try Quantity.duration(text))
            case .bytes: return .bytes(try Quantity.bytes(text))
            case .bytesOr(let words):
                return words.contains(text) ? .text(text) : .bytes(try Quantity.bytes(text))
            case .toggle: return toggle(text, item, what)
            case .choice(let words): return word(text, among: words, item, what)
            case .definition(let role): return definition(text, role, item)
            case .reference(let role):
                log.mention(role, text, at: item.at)
                return .text(text)
            case .target: return target(text, item)
            case .nth: return .nth(try Quantity.nth(text))
            case .count: return .count(try Quantity.count(text))
            case .interval: return .interval(try Quantity.interval(text))
            case .rate: return .integer(try Quantity.rate(text))
            case .percent: return percent(text, item, what)
            case .optionValue, .list, .oneOrMore, .record, .phrase: return nil
            }
        } catch {
            log.add("\(what): \(error.message)", at: item.at, advice: error.advice)
            return nil
        }
    }

    private func integer(_ text: String, _ range: ClosedRange<Int>, _ item: Item, _ what: String) -> Int? {
        guard let value = Int(text) else {
            log.add("\(what) must be a whole number, not \(quoted(text))", at: item.at)
            return nil
        }
        guard range.contains(value) else {
            let limits =
                range.count == 1 ? "\(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            log.add("\(what) must be \(limits), not \(value)", at: item.at)
            return nil
        }
        return value
    }

    private func word(_ text: String, among words: [String], _ item: Item, _ what: String) -> Parsed.Value? {
        if words.contains(text) { return .text(text) }
        log.add(
            "\(what) cannot be \(quoted(text))", at: item.at,
            advice: Suggestion.advice(for: text, among: words, known: "words"))
        return nil
    }

    private func toggle(_ text: String, _ item: Item, _ what: String) -> Parsed.Value? {
        switch text {
        case "yes", "on", "true": return .toggle(true)
        case "no", "off", "false": return .toggle(false)
        default:
            log.add("\(what) must be yes or no, not \(quoted(text))", at: item.at)
            return nil
        }
    }

    private func percent(_ text: String, _ item: Item, _ what: String) -> Parsed.Value? {
        guard text.hasSuffix("%"), let value = Double(text.dropLast()), value > 0, value <= 100 else {
            log.add("\(what) must be a share of packets, not \(quoted(text))", at: item.at, advice: "write 25%")
            return nil
        }
        return .percent(value)
    }

    private func definition(_ text: String, _ role: Role, _ item: Item) -> Parsed.Value? {
        // "to-" before it is an interface's name, of which the kernel takes 15 characters.
        let longest = role == .host ? 12 : 32
        guard Self.isName(text), text.count <= longest else {
            log.add(
                "\(quoted(text)) cannot name a \(role.rawValue)", at: item.at,
                advice: "a name is a letter, then letters, digits, - or _; at most \(longest) in all")
            return nil
        }
        guard !Self.reserved.contains(text) else {
            log.add("'\(text)' is a word of the language", at: item.at, advice: "choose another name")
            return nil
        }
        log.mention(role, text, at: item.at, isDefinition: true)
        return .text(text)
    }

    private func target(_ text: String, _ item: Item) -> Parsed.Value? {
        if text != "nobody", text != "self", IPAddress(text) == nil { log.mention(.host, text, at: item.at) }
        return .text(text)
    }

    /// The value of a socket option: with the option's unit where it has one, an on or off, or a number.
    func readOption(_ entry: Item.Entry) -> Parsed? {
        guard case .scalar(let text, _) = entry.value.content, let unit = Vocabulary.socketOptions[entry.key] else {
            log.add("the option '\(entry.key)' must be one value, not \(entry.value.kind)", at: entry.value.at)
            return nil
        }
        let at = entry.value.at
        do {
            switch unit {
            case "" where ["on", "yes", "true"].contains(text): return Parsed(.integer(1), at: at)
            case "" where ["off", "no", "false"].contains(text): return Parsed(.integer(0), at: at)
            case "":
                return integer(text, Int(Int32.min)...Int(Int32.max), entry.value, "'\(entry.key)'")
                    .map { Parsed(.integer($0), at: at) }
            case "B": return Parsed(.integer(try Quantity.bytes(text)), at: at)
            default:
                // tcp(7): a negative TCP_LINGER2 has a meaning of its own.
                if entry.key == "TCP_LINGER2", text == "-1" { return Parsed(.integer(-1), at: at) }
                let scale = Quantity.timeUnits.first { $0.unit == unit }?.nanoseconds ?? 1
                let time = try Quantity.duration(text)
                guard time.value % scale == 0, time.value / scale <= Int64(Int32.max) else {
                    log.add("the kernel takes '\(entry.key)' in whole \(unit)", at: at, advice: "write \(1)\(unit)")
                    return nil
                }
                return Parsed(.integer(Int(time.value / scale)), at: at)
            }
        } catch {
            log.add("'\(entry.key)': \(error.message)", at: at, advice: error.advice)
            return nil
        }
    }
}
