import Model

extension ListenWalk {
    /// One timer.
    mutating func fire(_ timer: Pending) throws(OracleError) {
        guard let index = pending.firstIndex(of: timer) else { return }
        pending.remove(at: index)
        switch timer.what {
        case .madeUp: throw refusal("made-up requests are given up while it goes on")
        case .syn(let name, let number):
            guard let connection = connections[name], connection.fate == .connecting else { return }
            switch connection.timers[number].fate {
            case .givesUp:
                settle(name, .timedOut, timer.window)
                tellCall("connect() fails with ETIMEDOUT", of: name, timer.window)
            case .givesUpAfter: throw refusal("a timer's granule decides when '\(name)' gives up")
            case .retransmits: try sendSyn(name, at: timer.window)
            }
        case .request(let name, let timeouts): try requestTimer(name, timeouts, at: timer.window)
        }
    }

    mutating func settle(_ name: String, _ fate: Fate, _ at: Interval) {
        connections[name]?.fate = fate
        connections[name]?.since = at
    }

    /// A SYN of the connection is sent, and answered at once if at all.
    mutating func sendSyn(_ name: String, at time: Interval) throws(OracleError) {
        guard let connection = connections[name] else { return }
        let number = connection.syns
        connections[name]?.syns += 1
        let isTaken = book.takes(segment(connection, .syn))
        if !isTaken, isOpen {
            let answer = listener.update { $0.syn() }
            tellPacket(number == 0 ? "SYN" : "SYN \(number + 1)", of: name, time, remark: answer.remark)
            if answer != .dropped { return try answered(name, answer, at: time) }
        } else {
            tellPacket(number == 0 ? "SYN" : "SYN \(number + 1)", of: name, time, isTaken: isTaken)
        }
        guard number < connection.timers.count else { return }
        let timer = connection.timers[number]
        let elapsed = Interval(time.from - connection.began.from, time.to - connection.began.from)
        let relative = timer.firing(after: elapsed, wheel: listener.wheel)
        pending.append(
            Pending(
                window: Interval(connection.began.from + relative.from, connection.began.from + relative.to),
                what: .syn(name, number)))
    }

    private mutating func answered(
        _ name: String, _ answer: ListenQueues.Answer, at time: Interval
    ) throws(OracleError) {
        guard let connection = connections[name] else { return }
        if book.takes(reply(connection, [.syn, .ack])) {
            throw refusal("a lost SYN+ACK is sent again by the server's timer or the client's, and either may be first")
        }
        settle(name, .held(answer), time)
        tellPacket("SYN+ACK", of: name, time, isReply: true, remark: answer == .cookie ? "a cookie" : nil)
        tellCall("connect() returns", of: name, time)
        if answer == .request {
            pending.append(
                Pending(window: listener.requestTimer.firing(armed: time, after: 0), what: .request(name, 0)))
        }
        let isTaken = book.takes(segment(connection, .ack))
        if isTaken { tellPacket("ACK", of: name, time, isTaken: true) }
        if !isTaken { finalAck(name, answer, at: time) }
    }

    /// A segment with the right ACK reaches the server.
    mutating func finalAck(
        _ name: String, _ answer: ListenQueues.Answer, at time: Interval, as title: String = "ACK"
    ) {
        guard let connection = connections[name] else { return }
        let completion = listener.update { $0.acknowledge(answer) }
        tellPacket(title, of: name, time, remark: completion == .ignored ? "dropped, no room" : nil)
        if completion != .ignored { pending.removeAll { $0.what.isRequest(of: name) } }
        switch completion {
        case .queued: settle(name, .queued, time)
        case .ignored: settle(name, .held(answer), time)
        case .reset:
            let isTaken = book.takes(reply(connection, [.rst]))
            tellPacket("RST", of: name, time, isReply: true, isTaken: isTaken)
            settle(name, isTaken ? .forgotten : .reset, time)
        }
    }

    /// The request's timer gives it up, or sends the SYN+ACK again, which the client answers (RFC 5961 section 4).
    private mutating func requestTimer(_ name: String, _ timeouts: Int, at time: Interval) throws(OracleError) {
        guard let connection = connections[name], connection.fate == .held(.request) else { return }
        let young = pending.count { if case .request(_, 0) = $0.what { true } else { false } }
        let givesUp = listener.queues.givesUp(after: timeouts, retries: listener.retries, young: young)
        // Of made-up requests it is not known how many are young.
        guard givesUp == listener.queues.givesUp(after: timeouts, retries: listener.retries, young: young + madeUp)
        else {
            throw refusal("made-up requests may or may not keep that of '\(name)' alive")
        }
        let limit = plan.sysctl("net.ipv4.tcp_invalid_ratelimit", on: connection.connect.host, facts: facts)
        if let limit, Int64(limit) ?? 0 > listener.requestTimer.initialRTO.milliseconds {
            throw refusal("tcp_invalid_ratelimit may keep '\(name)' from answering a SYN+ACK that is sent again")
        }
        if givesUp {
            listener.update { $0.forget() }
            tell(Rung("request of \(name) is given up", at: listener.listen.host, time))
            return settle(name, .forgotten, time)
        }
        let timer = listener.requestTimer.firing(armed: time, after: timeouts + 1)
        pending.append(Pending(window: timer, what: .request(name, timeouts + 1)))
        let isTaken = book.takes(reply(connection, [.syn, .ack]))
        tellPacket("SYN+ACK \(timeouts + 2)", of: name, time, isReply: true, isTaken: isTaken)
        guard !isTaken else { return }
        if book.takes(segment(connection, .ack)) {
            tellPacket("ACK", of: name, time, isTaken: true)
        } else {
            finalAck(name, .request, at: time)
        }
    }

    func segment(_ connection: Connection, _ flags: TCPFlags, payload: Int = 0) -> Segment {
        let to = connection.connect.to
        let from = connection.connect.from ?? SocketAddress(to.address, 0)
        return Segment(source: from, destination: to, flags: flags, payload: payload)
    }

    private func reply(_ connection: Connection, _ flags: TCPFlags) -> Segment {
        let there = segment(connection, flags)
        return Segment(source: there.destination, destination: there.source, flags: flags)
    }
}

extension ListenWalk.Pending.What {
    fileprivate func isRequest(of name: String) -> Bool {
        if case .request(name, _) = self { true } else { false }
    }
}
