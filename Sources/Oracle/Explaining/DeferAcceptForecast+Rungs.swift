import Model

extension DeferAcceptForecast {
    /// The plan's steps with the ACK that is dropped, and with the SYN+ACK that brings another.
    var rungs: [Rung] {
        let name = stream.connect.socket
        var isFirst = true
        let steps = StreamRungs(stream).steps().map { rung in
            guard isFirst, rung.what == "ACK", rung.host == stream.connect.host, rung.connection == name else {
                return rung
            }
            isFirst = false
            var rung = rung
            rung.remark = "dropped, no data"
            return rung
        }
        guard let over = moments.last else { return steps + [Rung(end, at: stream.own.host, nil, of: name)] }
        let base = stream.time(before: stream.connecting)
        let window = Interval(over.window.from + base, over.window.to + base)
        let (server, client) = (stream.own.host, stream.connect.host)
        return
            (steps + [
                Rung("SYN+ACK 2", from: server, to: client, window, of: name),
                Rung("ACK", from: client, to: server, window, of: name), Rung(end, at: server, window, of: name),
            ]).inOrderOfTime
    }
}
