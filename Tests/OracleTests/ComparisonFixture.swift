import FoundationEssentials
import Model
import Oracle
import Testing

/// Records to compare, made by hand; each test bends one of them in one thing.
enum ComparisonFixture {
    /// `tcp_syn_retries=2` with four linear timeouts, and with none.
    static let linear = Fixture.silence(syns: [0, 1.012, 2.036, 3.06, 4.084, 5.108], ended: 7.124)
    static let doubling: Fixture = {
        var fixture = Fixture.silence(syns: [0, 1.012, 3.036], ended: 7.124)
        fixture.change = { record in
            record.facts.kernel = "6.1.192"
            record.facts.sysctls[SynRetransmission.linearKey] = nil
            count(&record, repeated: 2)
        }
        return fixture
    }()

    static func old() -> RunRecord {
        var record = linear.record
        count(&record, repeated: 5)
        return record
    }

    static func bent(_ change: (inout RunRecord) -> Void) -> RunRecord {
        var record = old()
        change(&record)
        return record
    }

    static func count(_ record: inout RunRecord, repeated: Int64) {
        record.counters["client"]?.merge(
            [
                "Tcp.RetransSegs": repeated, "TcpExt.TCPSynRetrans": repeated, "TcpExt.TCPTimeouts": repeated + 1,
                "Tcp.AttemptFails": 1,
            ]) { $1 }
    }

    static func changes(_ before: RunRecord, _ after: RunRecord) throws -> [Change] {
        try Comparison(of: [before], with: [after]).changes
    }

    /// What a bent record changes.
    static func changes(_ change: (inout RunRecord) -> Void) throws -> [Change] {
        try changes(old(), bent(change))
    }

    /// Adds a FIN of the server's that nobody answers, sent at these seconds.
    static func finish(
        _ record: inout RunRecord, _ times: [Double], flags: TCPFlags = [.fin, .ack], acknowledging: UInt32 = 0
    ) {
        for time in times {
            let segment = Segment(
                source: Fixture.to, destination: Fixture.from, flags: flags, sequence: 9, acknowledgment: acknowledging)
            record.events.append(
                Event(
                    at: .milliseconds(Int64(time * 1000)),
                    .packet(
                        PacketEvent(
                            host: "server", interface: "to-client", direction: .sent, segment: segment, frame: 90))))
        }
    }

    /// A real kernel's facts, as the runner probed them.
    static func kernel(_ name: String) throws -> Facts {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let data = try #require(FileManager.default.contents(atPath: "/\(folder)/Kernels/\(name).json"))
        return try JSONDecoder().decode(Facts.self, from: data)
    }
}
