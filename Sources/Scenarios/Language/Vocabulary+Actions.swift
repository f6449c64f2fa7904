import Model

extension Vocabulary {
    /// Every action has these besides its own.
    static let everyAction = [
        Field("await", .toggle, "no: the next action does not wait for this one, if it is one that takes time."),
        Field("name", .definition(.action), "What without: and reports call it."),
    ]

    private static func action(
        _ name: String, _ summary: String, _ fields: [Field], open: Record.Open? = nil,
        exactlyOne: [[String]] = []
    ) -> Word {
        Word(name, summary, Record(fields + everyAction, open: open, exactlyOne: exactlyOne))
    }

    private static let port = 1...65535
    /// Calls of one connect action.
    static let mostCalls = 20_000
    /// The first made-up address is number 1 of its prefix.
    static let mostSources = Inject.mostSources
    private static let options = Record([], open: .init(.socketOption, .optionValue))
    private static let on = Field("on", .reference(.host), "The host.", required: true)
    private static let socket = Field("socket", .reference(.socket), "The socket.", required: true)
    private static let atMost = Field("at-most", .duration, "Give up waiting after this long.", required: true)
    private static let optionsField = Field(
        "options", .record(options), "Socket options by their kernel names, set before the call.")
    private static let queue = ["accept", "half-open"]

    package static let actions = [
        action(
            "listen", "Opens a listening socket, or calls listen() on one again.",
            [
                Field("on", .reference(.host), "The host of a new one."),
                Field("as", .definition(.socket), "The name of a new one."),
                Field("again", .reference(.socket), "The listener that listen() is called on once more."),
                Field("backlog", .integer(0...65535), "The argument of listen(); 128 unless said."),
                Field("port", .integer(port), "5000 and upwards unless said."), optionsField,
            ], exactlyOne: [["as", "again"]]),
        action(
            "accept", "Takes connections off a listener's accept queue.",
            [
                Field("listener", .reference(.socket), "The listener.", required: true),
                Field(
                    "as", .definition(.socket), "Name of what is accepted; of several the nth is NAME#n.",
                    required: true),
                Field(
                    "count", .integerOr(1...1_000_000, ["all"]),
                    "How many; 1 unless said; all: every one that comes until at-most has passed."), atMost,
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
                Field(
                    "count", .integer(1...mostCalls), "So many calls, each on a socket of its own; the nth is NAME#n."),
                Field(
                    "every", .duration,
                    "From the start of one call to the next; unless said each awaits the one before."),
                Field("until", .duration, "No call starts later than this after the first."),
                Field("blocking", .toggle, "yes: a thread sleeps in the call; otherwise its end is polled for."),
                optionsField,
            ]),
        action(
            "send", "Writes to a connection.",
            [socket, Field("bytes", .bytes, "How much.", required: true)]),
        action(
            "receive", "Reads from a connection.",
            [socket, Field("bytes", .bytesOr(["eof"]), "How much, or eof: to the end.", required: true), atMost]),
        action(
            "shutdown", "Calls shutdown().",
            [socket, Field("how", .choice(Shutdown.How.allCases.map(\.rawValue)), "write unless said.")]),
        action(
            "close", "Calls close().",
            [socket, Field("linger", .integer(0...0), "0: SO_LINGER {1, 0} first, so that close() sends RST.")]),
        action("inject", "Sends made-up segments; many of them are a flood.", injected),
        action(
            "replay", "Sends a packet of a connection once more, as it was.",
            [
                Field("connection", .reference(.socket), "Whose packet.", required: true),
                Field("from", .reference(.host), "Who sent it; needed where both ends may have."),
                Field(
                    "packet", .choice(["syn", "syn-ack", "ack", "data", "fin", "rst", "any"]), "Its kind.",
                    required: true),
                Field("nth", .integer(1...1_000_000), "Which of that kind; the first unless said."),
            ]),
        action(
            "fault", "Switches a fault on or off.",
            [
                Field("on", .reference(.fault), "Switch it on."), Field("off", .reference(.fault), "Switch it off."),
            ], exactlyOne: [["on", "off"]]),
        action(
            "set", "Writes a sysctl in mid-run.", [on], open: .init(.sysctl, .sysctlValue)),
        action(
            "wait", "Waits for a time, or until something is so.", waited,
            exactlyOne: [["for", "packets", "call", "state", "queue"]]),
    ]

    private static let injected = [
        on, Field("to", .reference(.host), "The host they go to.", required: true),
        Field("packet", .choice(["syn", "syn-ack", "ack", "data", "fin", "rst"]), "Their kind.", required: true),
        Field("port", .integer(port), "The port they go to; the listener's unless said."),
        Field("count", .integer(1...10_000_000), "How many; 1 unless said."),
        Field("rate", .rate, "No faster than this: 1000/s; as fast as it goes unless said."),
        Field("sources", .integer(1...mostSources), "From how many made-up addresses; the host's own unless said."),
        Field("at-most", .duration, "No more after this long; with a rate 5s and twice what it takes, else 30s."),
        Field("sequence-of", .reference(.socket), "Addresses, ports and sequence numbers of this connection."),
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
                ])), "Until a socket is in a state, or gone."),
        Field(
            "queue",
            .record(
                Record([
                    Field("of", .reference(.socket), "The listener.", required: true),
                    Field("kind", .choice(queue), "Which queue.", required: true),
                    Field("is", .count, "Its length.", required: true),
                ])), "Until a listener's queue has a length."),
        Field("at-most", .duration, "Give up waiting after this long; needed unless it waits for a time."),
    ]

    /// The kernel's names (net/tcp_states.h) without TCP_.
    static let states = [
        "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE_WAIT", "LAST_ACK",
        "CLOSING", "LISTEN",
    ]
}
