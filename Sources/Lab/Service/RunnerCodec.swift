import FoundationEssentials
package import Model

/// Requests and messages as lines of JSON.
package enum RunnerCodec {
    /// The part of a request that says whether the rest can be understood.
    private struct Envelope: Decodable {
        struct Run: Decodable { var plan: Document }
        struct Document: Decodable { var format: Int }
        var run: Run?
    }

    /// Throws `FormatError` for a plan of a newer format, and a sentence for what is no request.
    package static func request(_ line: [UInt8]) throws -> RunnerRequest {
        let data = Data(line)
        let decoder = JSONDecoder()
        if let run = try? decoder.decode(Envelope.self, from: data).run {
            try Format.check(run.plan.format, document: "the plan")
        }
        do {
            return try decoder.decode(RunnerRequest.self, from: data)
        } catch {
            throw RequestError(description: "not a request: \(error)")
        }
    }

    package static func line(_ message: RunnerMessage) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(message)) + [UInt8(ascii: "\n")]
    }

    package struct RequestError: Error, CustomStringConvertible {
        package let description: String
    }
}
