package import Model

/// What `doctor` found, as `--format json` prints it (`Documentation/schemas/doctor.schema.json`).
package struct DoctorReport: Sendable, Codable {
    package var format: Int
    /// The program and version that wrote it.
    package var writer: String
    /// `nil`: a guest kernel, which is nowhere.
    package var place: Place?
    package var facts: Facts
    package var gaps: [Gap]

    package init(place: Place?, facts: Facts, gaps: [Gap]) {
        format = Format.version
        writer = "tcpfault \(Version.current)"
        self.place = place
        self.facts = facts
        self.gaps = gaps
    }
}
