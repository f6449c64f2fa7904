import Foundation
import Testing

/// The capture files by the eyes of others: tshark and capinfos must see what the record says.
@Suite struct CaptureTests {
    static let tools = ["tshark", "capinfos"].allSatisfy { tool in
        ["/usr/bin/", "/usr/local/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + tool) }
    }

    /// The parts of a record that Wireshark can see too.
    struct Record: Decodable {
        struct Event: Decodable {
            struct What: Decodable {
                struct Packet: Decodable {
                    struct Segment: Decodable {
                        var flags: String
                        var sequence: UInt32
                    }
                    var host: String
                    var frame: Int
                    var takenBy: String?
                    var segment: Segment
                }
                var packet: Packet?
            }
            var at: Int64
            var what: What
        }
        struct Tap: Decodable {
            var host: String
            var file: String
            var frames: Int
        }
        struct Clock: Decodable {
            struct Offset: Decodable { var realtimeMinusMonotonic: Int64 }
            var origin: Int64
            var offsets: [Offset]
        }
        var events: [Event]
        var taps: [Tap]
        var clock: Clock
    }

    @Test("tshark and capinfos agree with the record", .enabled(if: tools, "tshark or capinfos is not installed"))
    func agree() throws {
        let folder = try Folder()
        let result = try Program.run(["run", "syn-lost-twice", "--family", "ipv4", "--output", folder.url.path])
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        let file = try #require(folder.find("record.json"))
        let record = try JSONDecoder().decode(Record.self, from: Data(contentsOf: file))
        #expect(record.taps.count == 2)
        for tap in record.taps {
            let capture = file.deletingLastPathComponent().appendingPathComponent(tap.file).path
            let packets = record.events.compactMap { event in event.what.packet.map { (event.at, $0) } }
                .filter { $0.1.host == tap.host }
            let rows = try fields(of: capture)
            #expect(rows.count == tap.frames)
            #expect(!packets.isEmpty)
            for (at, packet) in packets {
                let row = rows[packet.frame - 1]
                #expect(UInt32(row[2]) == packet.segment.sequence)
                #expect(row[3].hasPrefix("0x") && flags(row[3]) == packet.segment.flags)
                #expect(
                    row[4].isEmpty == (packet.takenBy == nil), "a comment on what a fault took, and on nothing else")
                let stamp = at + record.clock.origin + record.clock.offsets[0].realtimeMinusMonotonic
                #expect(abs(nanoseconds(row[1]) - stamp) < 1_000_000, "within what the wall clock may drift")
            }
            let info = try run("capinfos", ["-Tm", "-t", "-c", "-E", capture])
            #expect(info.contains("pcapng"))
            #expect(info.contains("ether"))
        }
    }

    /// Frame number, time, raw sequence number, TCP flags, comment.
    private func fields(of capture: String) throws -> [[String]] {
        let names = ["frame.number", "frame.time_epoch", "tcp.seq_raw", "tcp.flags", "frame.comment"]
        let output = try run("tshark", ["-n", "-r", capture, "-T", "fields"] + names.flatMap { ["-e", $0] })
        return output.split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func flags(_ text: String) -> String {
        let value = Int(text.dropFirst(2), radix: 16) ?? 0
        let names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"]
        return names.indices.filter { value & 1 << $0 != 0 }.map { names[$0] }.joined(separator: "|")
    }

    private func nanoseconds(_ text: String) -> Int64 {
        let parts = text.split(separator: ".")
        return (Int64(parts[0]) ?? 0) * 1_000_000_000
            + (Int64(parts[1].padding(toLength: 9, withPad: "0", startingAt: 0)) ?? 0)
    }

    private func run(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
