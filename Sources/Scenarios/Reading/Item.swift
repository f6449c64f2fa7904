import Model

/// A piece of a YAML file with the place it stands at. Plain words stay words: no guessing of booleans or numbers.
struct Item: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        /// `isPlain`: written without quotes.
        case scalar(String, isPlain: Bool)
        case list([Item])
        case map([Entry])
    }

    struct Entry: Sendable, Hashable {
        var key: String
        var keyAt: SourceLocation
        var value: Item
    }

    var content: Content
    var at: SourceLocation

    /// `key:` with nothing after it, `~` or `null`.
    var isEmpty: Bool {
        if case .scalar(let text, isPlain: true) = content { ["", "~", "null"].contains(text) } else { false }
    }

    var kind: String {
        switch content {
        case .scalar where isEmpty: "nothing"
        case .scalar(let text, _): quoted(text)
        case .list: "a list"
        case .map: "a mapping"
        }
    }
}
