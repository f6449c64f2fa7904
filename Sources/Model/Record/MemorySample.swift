/// What the machine's slab caches held, and in which states a run's sockets were, at about the same moment.
package struct MemorySample: Sendable, Hashable, Codable {
    package struct Cache: Sendable, Hashable, Codable {
        /// In use, of the whole machine (slabinfo(5), active_objs).
        package var objects: Int
        /// Of one object, in bytes.
        package var size: Int

        package init(objects: Int, size: Int) {
            self.objects = objects
            self.size = size
        }
    }

    package var caches: [String: Cache]
    /// State → sockets of all hosts of the run, those of made-up peers among them.
    package var sockets: [String: Int]

    package init(caches: [String: Cache], sockets: [String: Int]) {
        self.caches = caches
        self.sockets = sockets
    }
}
