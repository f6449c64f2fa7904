import Model
package import Oracle

extension Scenario {
    /// Reads a scenario file and checks all that can be known without a kernel.
    ///
    /// `topologies` finds a topology by name; `laws` are the oracle's.
    package init(
        name: String, source: SourceText, laws: [LawDescription] = Oracle.laws,
        topologies: (String) throws(InputErrors) -> Topology?, knownTopologies: [String] = []
    ) throws(InputErrors) {
        let log = Diagnostics(source)
        let arguments = try FileReader.arguments(source, Vocabulary.scenario, log)
        var topology: Topology?
        if let mention = log.mentions.first(where: { $0.role == .topology }) {
            topology = try topologies(mention.name)
            if topology == nil {
                log.add(
                    "there is no topology \(quoted(mention.name))", at: mention.at,
                    advice: Suggestion.advice(for: mention.name, among: knownTopologies, known: "topologies"))
            }
        }
        let names = NameCheck(log: log)
        if let topology { names.check(roles: [.host], hosts: topology.hosts) }
        names.check(roles: [.law], laws: laws.map(\.name))
        if let arguments {
            names.check(roles: [.socket, .fault, .action], inOrderFrom: arguments.phrases("actions").first?.at)
            PhraseCheck(log: log).check(arguments)
            SocketCheck(log: log, laws: laws, scenario: arguments).check()
        }
        try log.throwIfAny()
        guard let arguments, let topology else {
            throw InputErrors(InputError(file: source.file, message: "the file could not be read"))
        }
        self.init(name: name, source: source, topology: topology, arguments: arguments)
    }

    private init(name: String, source: SourceText, topology: Topology, arguments: Arguments) {
        self.name = name
        self.source = source
        self.topology = topology
        summary = arguments.text("summary") ?? ""
        question = arguments.text("question")
        why = arguments.text("why")
        reference = arguments.text("reference")
        answer = arguments.record("answer").map(Answer.init)
        let chosen = arguments.texts("families").compactMap(Family.init(rawValue:))
        families = Family.allCases.filter { chosen.isEmpty || chosen.contains($0) }
        tags = arguments.texts("tags")
        alone = arguments.toggle("alone") ?? false
        without = arguments.record("without").map { record in
            Cause(
                actions: record.texts("action"), faults: record.texts("fault"),
                sysctls: HostSysctl.all(record.record("sysctl")), initialRTO: record.text("initial-rto") != nil)
        }
        sysctls = HostSysctl.all(arguments.record("sysctls"))
        initialRTO = arguments.duration("initial-rto")
        matrix = (arguments.record("matrix")?.pairs ?? []).map(MatrixAxis.init)
        faults = arguments.phrases("faults")
        actions = arguments.phrases("actions")
        expectations = arguments.phrases("expect")
        deadline = arguments.duration("deadline")
        unbuilt = UnbuiltWords(source: source).find(in: arguments)
    }
}

extension Answer {
    fileprivate init(_ words: Arguments) {
        self.init(
            happens: words.text("happens") ?? "", because: words.text("because"), costs: words.text("costs"),
            advice: words.text("advice"), unless: words.text("unless"))
    }
}

extension MatrixAxis {
    /// `"server:net.ipv4.tcp_syncookies": [0, 1, 2]`.
    fileprivate init(_ pair: Arguments.Pair) {
        let parts = pair.key.split(separator: ":", maxSplits: 1).map(String.init)
        at = pair.at
        if case .list(let items) = pair.value.value {
            values = items.compactMap { item in
                guard case .text(let value) = item.value else { return nil }
                return HostSysctl(host: parts[0], key: parts[1], value: value, keyAt: pair.at, at: item.at)
            }
        } else {
            values = []
        }
    }
}
