package import Model

/// Sysctls that somebody runs machines with, as a file in `netns/profiles/` says. On every host they take the place of
/// what a scenario sets; a command line's `--set` takes theirs.
package struct Profile: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var key: String
        /// `nil` for `default`: whatever the kernel gives a fresh namespace.
        package var value: String?
        package var keyAt: SourceLocation
        /// The place of the value.
        package var at: SourceLocation
    }

    /// The file's stem.
    package var name: String
    package var summary: String
    package var source: SourceText
    /// In the order of the file.
    package var entries: [Entry]

    /// Reads a profile file.
    package init(name: String, source: SourceText) throws(InputErrors) {
        let log = Diagnostics(source)
        let arguments = try FileReader.arguments(source, Vocabulary.profile, log)
        try log.throwIfAny()
        self.name = name
        self.source = source
        summary = arguments?.text("summary") ?? ""
        entries = (arguments?.record("sysctls")?.pairs ?? []).compactMap { pair in
            guard case .text(let value) = pair.value.value else { return nil }
            return Entry(key: pair.key, value: value == "default" ? nil : value, keyAt: pair.at, at: pair.value.at)
        }
    }
}
