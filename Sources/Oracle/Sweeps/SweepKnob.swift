import Model

/// What a sweep turns in a base plan: a sysctl of one of the hosts, an option of a socket, or what is lost.
package struct SweepKnob: Sendable, Hashable {
    /// Which hosts and sockets: those that connect (or send what is made up), or those that listen.
    enum End: Sendable, Hashable {
        case connecting, listening
    }

    enum Target: Sendable, Hashable {
        case sysctl(String, End)
        case option(String, End)
        /// The initial RTO of all hosts, in milliseconds.
        case initialRTO
        /// How many packets the plan's faults take before the first that gets through. Where it is left alone they take
        /// what they take.
        case losses
    }

    /// What a table's column is called, and what it is called in the name of an instance.
    var column: String
    var target: Target
    /// What a combination is drawn from, and one in how many has it turned at all.
    var values: [Int]
    var oneIn: Int

    static func sysctl(_ key: String, _ values: [Int], of end: End = .connecting, oneIn: Int = 3) -> SweepKnob {
        SweepKnob(
            column: String(key.trimmingPrefix("net.ipv4.tcp_")), target: .sysctl(key, end), values: values, oneIn: oneIn
        )
    }

    static func option(_ name: String, _ values: [Int], of end: End = .connecting, oneIn: Int = 4) -> SweepKnob {
        SweepKnob(column: name, target: .option(name, end), values: values, oneIn: oneIn)
    }

    static func initialRTO(_ values: [Int], oneIn: Int = 4) -> SweepKnob {
        SweepKnob(column: "initial rto", target: .initialRTO, values: values, oneIn: oneIn)
    }

    static func losses(_ values: [Int], oneIn: Int = 3) -> SweepKnob {
        SweepKnob(column: "lost", target: .losses, values: values, oneIn: oneIn)
    }

    /// Whether this kernel has it. TCP_RTO_MAX_MS came with its sysctl, and a listener heeds an initial RTO since 5.18.
    func isThere(_ facts: Facts) -> Bool {
        switch target {
        case .sysctl(let key, _): facts.sysctls[key] != nil
        case .option("TCP_RTO_MAX_MS", _): facts.sysctls[EstablishedPath.maximumKey] != nil
        case .option, .losses: true
        case .initialRTO:
            facts.availability(.socketOperations).isPresent && !KernelChanges.isOlder(facts.kernel, than: (5, 18))
        }
    }

    /// `nil`: a sysctl is left as the kernel made it, and anything else as the plan has it.
    func turn(_ plan: inout Plan, to value: Int?) {
        switch target {
        case .sysctl(let key, let end): for host in plan.hosts(at: end) { plan.set(key, value, on: host) }
        case .option(let name, let end): if let value { plan.set(SocketOption(name, value), at: end) }
        case .initialRTO: if let value { plan.initialRTO = .milliseconds(Int64(value)) }
        case .losses:
            guard let value else { return }
            for index in plan.faults.indices { plan.faults[index].selector.nth = [NthRange(first: 1, last: value)] }
        }
    }
}

extension Plan {
    fileprivate func hosts(at end: SweepKnob.End) -> Set<String> {
        Set(
            steps.compactMap { step in
                switch (step.action, end) {
                case (.listen(let listen), .listening): listen.host
                case (.connect(let connect), .connecting): connect.host
                case (.inject(let inject), .connecting): inject.host
                default: nil
                }
            })
    }

    fileprivate mutating func set(_ option: SocketOption, at end: SweepKnob.End) {
        func changed(_ options: [SocketOption]) -> [SocketOption] {
            options.filter { $0.name != option.name } + [option]
        }
        for (index, step) in steps.enumerated() {
            switch (step.action, end) {
            case (.listen(var listen), .listening):
                listen.options = changed(listen.options)
                steps[index].action = .listen(listen)
            case (.connect(var connect), .connecting):
                connect.options = changed(connect.options)
                steps[index].action = .connect(connect)
            default: continue
            }
        }
    }
}
