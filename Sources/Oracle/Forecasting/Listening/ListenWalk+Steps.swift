import Model

extension ListenWalk {
    mutating func perform(_ step: Step, _ index: Int) throws(OracleError) {
        switch step.action {
        case .listen(let listen):
            if index == listener.step {
                isOpen = true
            } else if listen.host == listener.listen.host {
                throw refusal("there is another listener on its host")
            }
        case .listenAgain, .set: if isOpen { listener.apply(step.action) }
        case .fault(let change): book.set(change)
        case .connect(let connect): try perform(connect, awaited: step.awaited)
        case .accept(let accept): try perform(accept, awaited: step.awaited)
        case .send(let send): try perform(send)
        case .receive(let receive):
            guard connections[receive.socket] != nil, step.awaited else { return }
            let end = now.to + receive.atMost
            try advance { walk in
                walk.connections[receive.socket]?.fate == .reset
                    || walk.pending.min { $0.window.to < $1.window.to }.map { $0.window.from > end } ?? true
            }
            if connections[receive.socket]?.fate == .reset {
                tellCall("receive() fails with ECONNRESET", of: receive.socket, now)
            }
        case .shutdown(let shutdown):
            if connections[shutdown.socket] != nil { throw refusal("'\(shutdown.socket)' is shut down") }
        case .close(let close): try perform(close)
        case .inject(let inject): try perform(inject, index, awaited: step.awaited)
        case .replay(let replay):
            if connections[replay.connection] != nil { throw refusal("a packet of '\(replay.connection)' is replayed") }
        case .wait(let wait): try perform(wait)
        }
    }

    private mutating func perform(_ connect: Connect, awaited: Bool) throws(OracleError) {
        guard isOpen, listener.hears(connect.to) else {
            throw refusal("'\(connect.socket)' connects to something else, or too early")
        }
        if let series = connect.series, series.every != nil { throw refusal("calls of a series overlap") }
        let calls = connect.calls
        guard calls.count == 1 || awaited else { throw refusal("a series of calls goes on meanwhile") }
        for call in calls {
            let law = try SynRetransmission(call, in: plan, facts: facts, origin: origin)
            var began = now
            if let seen = evidence?.call("connect", of: call.socket)?.at {
                // The SYN may have left later than the call began.
                began = Interval(seen, max(seen, evidence?.firstSyn(of: call.socket) ?? seen))
                // And between a step's beginning and its call timers may have fired.
                try fire(before: began)
            }
            if PlannedListener.delaysAck(call) { throw refusal("an option of '\(call.socket)' delays its final ACK") }
            if connections.values.contains(where: { $0.connect.from != nil && $0.connect.from == call.from }) {
                throw refusal("'\(call.socket)' uses a port again, and may meet a TIME_WAIT socket")
            }
            connections[call.socket] = Connection(
                connect: call, fate: .connecting, began: began, since: began, timers: law.timers())
            order.append(call.socket)
            tellCall("connect()", of: call.socket, began)
            try sendSyn(call.socket, at: began)
            if awaited { try advance { $0.connections[call.socket]?.fate != .connecting } }
        }
    }

    private mutating func perform(_ accept: Accept, awaited: Bool) throws(OracleError) {
        guard accept.listener == listener.listen.socket else { return }
        guard let count = accept.count, awaited else { throw refusal("connections are accepted while others come") }
        for _ in 0..<count {
            guard try advance(until: { $0.listener.queues.accepted > 0 }) else {
                throw refusal("more is accepted than has come")
            }
            listener.update { $0.accept() }
            tell(Rung("accept()", at: listener.listen.host, now))
        }
    }

    /// The segment carries the ACK that a request waits for.
    private mutating func perform(_ send: Send) throws(OracleError) {
        guard let connection = connections[send.socket] else { return }
        let again = "data of '\(send.socket)' would be sent again by timers that this law does not cover"
        switch connection.fate {
        case .held(let answer):
            if book.takes(segment(connection, [.ack, .psh], payload: send.bytes)) { throw refusal(again) }
            finalAck(send.socket, answer, at: now, as: "data \(send.bytes) B")
            if case .held = connections[send.socket]?.fate { throw refusal(again) }
        case .forgotten:
            tellPacket("data \(send.bytes) B", of: send.socket, now)
            tellPacket("RST", of: send.socket, now, isReply: true)
            settle(send.socket, .reset, now)
        case .queued, .reset, .abandoned: break
        case .connecting, .timedOut: throw refusal("'\(send.socket)' sends without being connected")
        }
    }

    private mutating func perform(_ close: Close) throws(OracleError) {
        if close.socket == listener.listen.socket { throw refusal("it is closed") }
        for name in order where name == close.socket || name.hasPrefix("\(close.socket)#") {
            switch connections[name]?.fate {
            case .held: throw refusal("'\(name)' is closed before it is complete")
            case .connecting: settle(name, .abandoned, now)
            default: continue
            }
        }
    }

    private mutating func perform(_ inject: Inject, _ index: Int, awaited: Bool) throws(OracleError) {
        guard listener.hears(inject.to) else { return }
        guard awaited, inject.packet == .syn else { throw refusal("made-up packets come meanwhile") }
        guard plan.spoofing?.isMadeUp(inject.from) == true else {
            throw refusal("the sender owns the source of the made-up SYNs, so its TCP answers with RST")
        }
        let sample = Segment(source: inject.source(0), destination: inject.to, flags: .syn)
        if plan.faults.contains(where: { $0.selector.matches(sample) }) { throw refusal("a fault takes made-up SYNs") }
        if let seen = evidence?.injection(index) {
            now = Interval(seen.began, seen.ended ?? seen.began)
            try fire(before: now)
        }
        let before = listener.queues.halfOpen
        var answers: [ListenQueues.Answer: Int] = [:]
        for _ in 0..<inject.count { answers[listener.update { $0.syn() }, default: 0] += 1 }
        tell(answers, to: inject)
        guard listener.queues.halfOpen > before else { return }
        madeUp += listener.queues.halfOpen - before
        let life = listener.requestTimer.firing(born: now, times: min(listener.retries, 2) + 1)
        pending.append(Pending(window: life, what: .madeUp))
    }

    private mutating func perform(_ wait: Wait) throws(OracleError) {
        switch wait.until {
        case .duration(let time): now = Interval(now.from + time, now.to + time)
        case .call(let socket): try advance { $0.connections[socket]?.fate != .connecting }
        case .queue(let name, let kind, let length):
            guard name == listener.listen.socket else { throw refusal("it hangs on another listener's queue") }
            try advance { walk in
                length.contains(kind == .accept ? walk.listener.queues.accepted : walk.listener.queues.halfOpen)
            }
        case .packets, .state: throw refusal("a step waits for packets or a state")
        }
    }
}
