import Model

/// How the socket calls of two runs ended.
struct CallComparison {
    private(set) var changes: [Change] = []

    private struct Key: Hashable {
        var host: String
        var socket: String
        var call: String
        /// Of several such calls, which.
        var number: Int
    }

    init(_ before: ComparedPair.One, _ after: ComparedPair.One, _ laws: LawChanges) {
        let (old, new) = (Self.calls(before.record), Self.calls(after.record))
        for key in old.order + new.order.filter({ old.ends[$0] == nil }) {
            let (first, second) = (old.ends[key], new.ends[key])
            guard first?.outcome != second?.outcome else { continue }
            let remote = first?.remote ?? second?.remote
            let connection = Flows.Connection(socket: key.socket, remote: remote)
            let law = laws.governing(connection).lazy.compactMap(\.explanation).first
            changes.append(
                Change(
                    .call, "\(key.call)() of \(key.socket)", before: first?.outcome, after: second?.outcome,
                    law ?? .unexplained))
        }
    }

    private static func calls(
        _ record: RunRecord
    ) -> (order: [Key], ends: [Key: (outcome: String, remote: SocketAddress?)]) {
        var order: [Key] = []
        var ends: [Key: (outcome: String, remote: SocketAddress?)] = [:]
        for event in record.events {
            guard case .call(let call) = event.what else { continue }
            var key = Key(host: call.host, socket: call.socket, call: call.call, number: 0)
            while ends[key] != nil { key.number += 1 }
            order.append(key)
            let outcome = call.ended == nil ? "it had not ended" : call.errno.map { "failed with \($0)" } ?? "returned"
            ends[key] = (outcome, call.remote)
        }
        return (order, ends)
    }
}
