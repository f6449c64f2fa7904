import FoundationEssentials
import Model

/// Reads where this program is. A runner that it starts is in the same place.
enum PlaceSource {
    static func live(environment: [String: String] = ProcessInfo.processInfo.environment) -> Place {
        let files = FileManager.default
        let texts = PlaceEvidence.files.compactMap { path in text(path).map { (path, $0) } }
        return PlaceEvidence(
            texts: Dictionary(texts) { first, _ in first },
            marks: Set(PlaceEvidence.marks.filter(files.fileExists(atPath:))),
            environment: environment.filter { PlaceEvidence.variables.contains($0.key) },
            processNamespace: try? files.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"),
            sysctls: SysctlSource.live(Place.keys)
        ).place
    }

    private static let most = 1 << 20

    private static func text(_ path: String) -> String? {
        (try? InputFile.read(path, most: most)).map { String(decoding: $0, as: UTF8.self) }
    }
}
