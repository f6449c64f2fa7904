import Model

extension Lowering {
    /// One step, or several for what one line may say of several things.
    func steps(_ phrase: Phrase, faults: [String: [String]]) -> [Step] {
        actions(phrase, faults: faults).map { action in
            Step(
                action, awaited: phrase.arguments.toggle("await") ?? true, name: phrase.arguments.text("name"),
                origin: phrase.at)
        }
    }

    private func actions(_ phrase: Phrase, faults: [String: [String]]) -> [Action] {
        let words = phrase.arguments
        let name = words.text("as") ?? words.text("socket") ?? ""
        switch phrase.verb {
        case "listen": return [listen(words)].compactMap { $0 }
        case "accept":
            let count = words.text("count") == "all" ? nil : words.integer("count") ?? 1
            return [
                .accept(
                    Accept(
                        listener: words.text("listener") ?? "", socket: name, count: count,
                        atMost: words.duration("at-most") ?? .zero))
            ]
        case "connect":
            guard let connection = sockets.connections[name] else { return [] }
            return [
                .connect(
                    Connect(
                        host: connection.client, socket: name, to: connection.to,
                        from: connection.port.map { SocketAddress(connection.local, $0) }, options: options(words),
                        series: connection.series, blocking: words.toggle("blocking") == true ? true : nil))
            ]
        case "send": return [.send(Send(socket: name, bytes: words.bytes("bytes") ?? 0))]
        case "receive":
            return [
                .receive(
                    Receive(socket: name, bytes: words.bytes("bytes"), atMost: words.duration("at-most") ?? .zero))
            ]
        case "shutdown":
            let how = words.text("how").flatMap(Shutdown.How.init(rawValue:)) ?? .write
            return [.shutdown(Shutdown(socket: name, how: how))]
        case "close": return [.close(Close(socket: name, abort: words.integer("linger") == 0))]
        case "inject": return [inject(words).map(Action.inject)].compactMap { $0 }
        case "replay": return [replay(words).map(Action.replay)].compactMap { $0 }
        case "fault":
            let on = words.text("on")
            return (faults[on ?? words.text("off") ?? ""] ?? []).map { .fault(FaultSwitch(fault: $0, on: on != nil)) }
        case "set":
            return HostSysctl.set(words).map { .set(SysctlWrite(host: $0.host, key: $0.key, value: $0.value ?? "")) }
        case "wait": return [wait(words).map(Action.wait)].compactMap { $0 }
        default: return []
        }
    }

    private func listen(_ words: Arguments) -> Action? {
        let backlog = words.integer("backlog") ?? 128
        if let again = words.text("again") { return .listenAgain(ListenAgain(socket: again, backlog: backlog)) }
        let name = words.text("as") ?? ""
        return sockets.listeners[name].map { listener in
            .listen(
                Listen(
                    host: listener.host, socket: name, address: listener.address, backlog: backlog,
                    options: options(words)))
        }
    }

    private func wait(_ words: Arguments) -> Wait? {
        let atMost = words.duration("at-most") ?? words.duration("for") ?? .zero
        if let time = words.duration("for") { return Wait(until: .duration(time), atMost: max(time, atMost)) }
        return condition(words).map { Wait(until: $0, atMost: atMost) }
    }

    private func condition(_ words: Arguments) -> Wait.Condition? {
        if let socket = words.text("call") { return .call(socket: socket) }
        if let state = words.record("state") {
            return .state(socket: state.text("of") ?? "", state: state.text("is") ?? "")
        }
        if let queue = words.record("queue") {
            guard let kind = queue.text("kind").flatMap(QueueKind.init(rawValue:)), let length = queue.count("is")
            else { return nil }
            return .queue(listener: queue.text("of") ?? "", kind: kind, length: length)
        }
        guard let packets = words.record("packets"), let counted = counted(packets, at: nil) else { return nil }
        return .packets(selector: counted.selector, host: counted.host, count: words.integer("count") ?? 1)
    }

    private func options(_ words: Arguments) -> [SocketOption] {
        (words.record("options")?.pairs ?? []).compactMap { pair in
            switch pair.value.value {
            case .integer(let value), .bytes(let value): SocketOption(pair.key, value)
            default: nil
            }
        }
    }
}
