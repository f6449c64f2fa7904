/// What a command's help ends with: lines to copy, and what each does.
struct Examples: CustomStringConvertible {
    private let examples: [(command: String, what: String)]

    init(_ examples: KeyValuePairs<String, String>) { self.examples = examples.map { ($0.key, $0.value) } }

    var description: String {
        "Examples:\n" + examples.map { "  \($0.command)\n      \($0.what)" }.joined(separator: "\n")
    }
}
