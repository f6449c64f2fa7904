extension Vocabulary {
    /// Every action has these besides its own.
    static let everyAction = [
        Field("await", .toggle, "no: the next action does not wait for this one."),
        Field("name", .definition(.action), "What without: and reports call it."),
    ]

    private static func action(
        _ name: String, _ summary: String, _ fields: [Field], open: Record.Open? = nil,
        exactlyOne: [[String]] = [], built: Bool = true
    ) -> Word {
        Word(name, summary, Record(fields + everyAction, open: open, exactlyOne: exactlyOne), built: built)
    }

    private static let port = 1...65535
    private static let options = Record([], open: .init(.socketOption, .optionValue))
    private static let on = Field("on", .reference(.host), "The host.", required: true)
    private static let socket = Field("socket", .reference(.socket), "The socket.", required: true)
    private static let atMost = Field("at-most", .duration, "Give up waiting after this long.", required: true)
    private static let optionsField = Field(
        "options", .record(options), "Socket options by their kernel names, set before the call.")
    private static let queue = ["accept", "half-open"]

    package static let actions = [
        action(
            "listen", "Opens a listening socket.",
            [
                on, Field("as", .definition(.socket), "Its name.", required: true),
                Field("backlog", .integer(0...65535), "The argument of listen(); 128 unless said."),
                Field("port", .integer(port), "5000 and upwards unless said."), optionsField,
            ]),
        action(
            "accept", "Takes connections off a listener's accept queue.",
            [
                Field("listener", .reference(.socket), "The listener.", required: true),
                Field(
                    "as", .definition(.socket), "Name of what is accepted; of several the nth is NAME#n.",
                    required: true),
                Field("count", .integerOr(1...1_000_000, ["all"]), "How many; 1 unless said."), atMost,
            ]),
        action(
            "connect", "Calls connect() and waits for its end.",
            [
                on,
                Field(
                    "to", .target, "A host, nobody (an address without a host), self, or an address.", required: true),
                Field("as", .definition(.socket), "Its name.", required: true),
                Field("port", .integer(port), "The listener's on that host unless said; 5000 where nobody listens."),
                Field(
                    "source-port", .integerOr(port, ["planned", "ephemeral"]),
                    "planned (bound before, unless said), ephemeral (the kernel chooses at connect()), or a number."),
                Field("count", .integer(1...1_000_000), "So many connections.", built: false),
                Field("every", .duration, "Time from one to the next.", built: false),
                Field("until", .duration, "No more after this long.", built: false), optionsField,
            ]),
        action(
            "send", "Writes to a connection.",
            [socket, Field("bytes", .bytes, "How much.", required: true)], built: false),
        action(
            "receive", "Reads from a connection.",
            [socket, Field("bytes", .bytesOr(["eof"]), "How much, or eof: to the end.", required: true), atMost],
            built: false),
        action(
            "shutdown", "Calls shutdown().",
            [socket, Field("how", .choice(["write", "read", "both"]), "write unless said.")], built: false),
        action(
            "close", "Calls close().",
            [socket, Field("linger", .integer(0...0), "0: SO_LINGER {1, 0} first, so that close() sends RST.")]),
        action("inject", "Sends made-up segments; many of them are a flood.", injected, built: false),
        action(
            "replay", "Sends a packet of a connection once more, as it was.",
            [
                Field("connection", .reference(.socket), "Whose packet.", required: true),
                Field("from", .reference(.host), "Who sent it."),
                Field(
                    "packet", .choice(["syn", "syn-ack", "ack", "data", "fin", "rst", "any"]), "Its kind.",
                    required: true),
                Field("nth", .integer(1...1_000_000), "Which of that kind; the first unless said."),
            ], built: false),
        action(
            "fault", "Switches a fault on or off.",
            [
                Field("on", .reference(.fault), "Switch it on."), Field("off", .reference(.fault), "Switch it off."),
            ], exactlyOne: [["on", "off"]]),
        action(
            "set", "Writes a sysctl in mid-run.", [on], open: .init(.sysctl, .sysctlValue), built: false),
        action(
            "wait", "Waits for a time, or until something is so.", waited,
            exactlyOne: [["for", "packets", "call", "state", "queue"]]),
    ]

    private static let injected = [
        on, Field("to", .reference(.host), "The host they go to.", required: true),
        Field("packet", .choice(["syn", "syn-ack", "ack", "data", "fin", "rst"]), "Their kind.", required: true),
        Field("port", .integer(port), "The port they go to; the listener's unless said."),
        Field("count", .integer(1...10_000_000), "How many; 1 unless said."),
        Field("rate", .rate, "How fast: 1000/s."),
        Field("sources", .integer(1...65536), "From how many made-up addresses; the host's own unless said."),
        Field("sequence-of", .reference(.socket), "Sequence numbers that fit this connection."),
        Field("timestamp", .integer(0...Int(UInt32.max)), "TSval of a timestamp option."),
    ]

    private static let waited = [
        Field("for", .duration, "So long."),
        Field("packets", .record(Record(selector)), "Until count of these packets were seen where they arrive."),
        Field("count", .integer(1...1_000_000), "With packets: how many since the run began; 1 unless said."),
        Field("call", .reference(.socket), "Until the call of that socket has ended."),
        Field(
            "state",
            .record(
                Record([
                    Field("of", .reference(.socket), "The socket.", required: true),
                    Field("is", .choice(states + ["gone"]), "The state to wait for.", required: true),
                ])), "Until a socket is in a state, or gone.", built: false),
        Field(
            "queue",
            .record(
                Record([
                    Field("of", .reference(.socket), "The listener.", required: true),
                    Field("kind", .choice(queue), "Which queue.", required: true),
                    Field("is", .count, "Its length.", required: true),
                ])), "Until a listener's queue has a length.", built: false),
        Field("at-most", .duration, "Give up waiting after this long; needed unless it waits for a time."),
    ]

    /// The kernel's names (net/tcp_states.h) without TCP_.
    static let states = [
        "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE_WAIT", "LAST_ACK",
        "CLOSING", "LISTEN",
    ]
}
