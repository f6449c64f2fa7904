extension Plan {
    /// Whether it matters how long queues are at every moment: it floods, or waits for a queue, or claims something of a
    /// listener.
    package var isAboutQueues: Bool {
        let listeners = steps.compactMap { step in
            if case .listen(let listen) = step.action { listen.socket } else { nil }
        }
        let acts = steps.contains { step in
            switch step.action {
            case .inject: true
            case .wait(let wait): if case .queue = wait.until { true } else { false }
            default: false
            }
        }
        return acts
            || expectations.contains { expectation in
                switch expectation.claim {
                case .queue: true
                case .law(let law): listeners.contains(law.of)
                case .call, .packets, .counters, .state, .sysctl, .memory: false
                }
            }
    }
}
