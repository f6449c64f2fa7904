import FoundationEssentials

/// Documents as every command prints them: sorted keys, so that two can be compared line by line.
package enum JSON {
    package static func text<Document: Encodable>(_ document: Document, pretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}
