import Model

/// Collects what is wrong with one file while it is read, and the names that it gives and uses.
final class Diagnostics {
    /// A name where it is given, or used.
    struct Mention {
        var role: Role
        var name: String
        var at: SourceLocation
        var isDefinition: Bool
    }

    let source: SourceText
    private(set) var errors: [InputError] = []
    private(set) var mentions: [Mention] = []

    init(_ source: SourceText) { self.source = source }

    func add(_ message: String, at place: SourceLocation, advice: String? = nil) {
        errors.append(source.error(at: place.line, place.column, message, advice: advice))
    }

    func mention(_ role: Role, _ name: String, at place: SourceLocation, isDefinition: Bool = false) {
        mentions.append(Mention(role: role, name: name, at: place, isDefinition: isDefinition))
    }

    func throwIfAny() throws(InputErrors) {
        if !errors.isEmpty { throw InputErrors(errors) }
    }
}
