/// What may stand at a place of a file. The reader, the messages, and the JSON Schema all come from this one value.
package indirect enum Shape: Sendable {
    /// Any words.
    case text
    case integer(ClosedRange<Int>)
    /// A number, or one of these words.
    case integerOr(ClosedRange<Int>, [String])
    /// `200ms`.
    case duration
    /// `24B`.
    case bytes
    /// `24B`, or one of these words.
    case bytesOr([String])
    /// yes, no, on, off, true, false.
    case toggle
    case choice([String])
    /// Gives a name that later lines use.
    case definition(Role)
    /// A name that something else has.
    case reference(Role)
    /// Where a connection goes: a host, `nobody`, `self`, or an address.
    case target
    /// Which of the matching packets.
    case nth
    case count
    /// `within:`.
    case interval
    /// `1000/s`.
    case rate
    /// A share of packets: `25%`.
    case percent
    /// A sysctl's value or `default`.
    case sysctlValue
    /// A socket option's value, with the unit of that option.
    case optionValue
    case list(Shape)
    /// One, or a list of several.
    case oneOrMore(Shape)
    case record(Record)
    /// A mapping whose one key is a verb (or a kind of claim), and its parameters.
    case phrase([Word])
}

/// What a name names.
package enum Role: String, Sendable, Hashable, CaseIterable {
    case host
    case socket
    case fault
    case action
    case law
    case topology
    /// `net.ipv4.tcp_syn_retries`.
    case sysctl
    /// `server:net.ipv4.tcp_syn_retries`.
    case hostSysctl = "sysctl of a host"
    /// `TcpExt.TCPTimeouts`.
    case counter
    case socketOption = "socket option"
}

/// A mapping: keys that the language gives, and keys that the author chooses.
package struct Record: Sendable {
    package var fields: [Field]
    package var open: Open?
    /// Of each of these groups exactly one must be there.
    package var exactlyOne: [[String]]

    package init(_ fields: [Field], open: Open? = nil, exactlyOne: [[String]] = []) {
        self.fields = fields
        self.open = open
        self.exactlyOne = exactlyOne
    }

    /// Keys that are names of something, such as a host's or a sysctl's.
    package struct Open: Sendable {
        package var role: Role
        package var value: Shape
        package var count: ClosedRange<Int>

        package init(_ role: Role, _ value: Shape, count: ClosedRange<Int> = 1...64) {
            self.role = role
            self.value = value
            self.count = count
        }
    }
}

/// One key of the language.
package struct Field: Sendable {
    package var name: String
    package var shape: Shape
    /// For editors and the manual.
    package var summary: String
    package var required: Bool
    /// False for what can be written and checked, but not yet run.
    package var built: Bool

    package init(_ name: String, _ shape: Shape, _ summary: String, required: Bool = false, built: Bool = true) {
        self.name = name
        self.shape = shape
        self.summary = summary
        self.required = required
        self.built = built
    }
}

/// A verb of the language: a fault, an action, or a kind of expectation.
package struct Word: Sendable {
    package var name: String
    package var summary: String
    package var record: Record
    package var built: Bool

    package init(_ name: String, _ summary: String, _ record: Record, built: Bool = true) {
        self.name = name
        self.summary = summary
        self.record = record
        self.built = built
    }
}
