/// The version of the documents that pass between the programs: plan, facts and run record share one number.
///
/// It grows when a reader of the old form would misread the new one; adding an optional field does not.
package enum Format {
    package static let version = 3

    /// Refuses a document that a newer tcpfault wrote.
    package static func check(_ found: Int, document: String) throws(FormatError) {
        guard found <= version else { throw FormatError(document: document, found: found) }
    }
}

/// A document is of a form that this build cannot read.
package struct FormatError: Error, Equatable, CustomStringConvertible {
    package var document: String
    package var found: Int

    package init(document: String, found: Int) {
        self.document = document
        self.found = found
    }

    package var description: String {
        "\(document) has format \(found); this tcpfault reads up to format \(Format.version). "
            + "Use the tcpfault that wrote it, or a newer one."
    }
}
