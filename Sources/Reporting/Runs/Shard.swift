/// One of several equal shares of a plan: the I-th of N. Instances are dealt out one after the other in the order of the
/// plan, so every machine comes to the same shares by itself.
package struct Shard: Sendable, Hashable, Codable {
    /// From 1 to `count`.
    package let index: Int
    package let count: Int

    /// Throws unless `index` is within 1 and `count`.
    package init(_ index: Int, of count: Int) throws(ShardError) {
        guard count >= 1, index >= 1, index <= count else {
            throw ShardError("there is no shard \(index)/\(count); they count from 1/\(max(1, count))")
        }
        self.index = index
        self.count = count
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            try container.decode(Int.self, forKey: .index), of: try container.decode(Int.self, forKey: .count))
    }

    /// `2/4`
    package init(_ text: String) throws(ShardError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else {
            throw ShardError("'\(text)' is no shard; the second of four is 2/4")
        }
        try self.init(index, of: count)
    }

    package var name: String { "\(index)/\(count)" }

    /// What of the plan is its own.
    package func share<Element>(of plan: [Element]) -> [Element] {
        plan.enumerated().filter { Self.index(ofPlace: $0.offset, of: count) == index }.map(\.element)
    }

    /// Whose the instance at this place of the plan is; places count from 0.
    static func index(ofPlace place: Int, of count: Int) -> Int { place % count + 1 }
}

/// What is no shard, in words.
package struct ShardError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// What a run says of the plan that it has a share of, before it begins, so that nothing is lost without notice when the
/// shares are put together. A whole run has the share 1/1.
package struct ShardedPlan: Sendable, Hashable, Codable {
    package let shard: Shard
    package let kernel: String
    /// All instances, those of the other shards too, in the order of the plan.
    package let instances: [String]
    /// Of whatever the plan was made from; the same for all shards of one run.
    package let digest: String

    /// `sources`: scenario files and options.
    package init(_ shard: Shard, kernel: String, instances: [String], sources: [String]) {
        self.shard = shard
        self.kernel = kernel
        self.instances = instances
        digest = Self.digest(of: instances + sources)
    }

    /// FNV-1a of 64 bits: against mistakes, not against anybody.
    private static func digest(of texts: [String]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in texts.joined(separator: "\0").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
