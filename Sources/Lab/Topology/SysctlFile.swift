import Glibc
package import Kernel

/// The files below /proc/sys/net. Which namespace's they are depends on the thread that opens them: use them inside a
/// visit, and nowhere else.
package enum SysctlFile {
    /// As sysctl(8) spells keys: dots for slashes, and the other way round for a dot in an interface's name.
    ///
    /// `nil` for what is not below `net.`: those belong to the whole machine, and no run may touch them.
    package static func path(_ key: String) -> String? {
        let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
        let path = key.utf8.map { $0 == dot ? slash : $0 == slash ? dot : $0 }
        let parts = path.split(separator: slash, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0].elementsEqual("net".utf8) else { return nil }
        guard !parts.contains(where: { $0.isEmpty || $0.elementsEqual([dot]) || $0.elementsEqual([dot, dot]) }) else {
            return nil
        }
        return "/proc/sys/" + String(decoding: path, as: UTF8.self)
    }

    /// Without its line end, and with one space for each tab; `nil` where it is absent or may not be read.
    package static func read(_ key: String) throws(KernelError) -> String? {
        guard let path = path(key) else { return nil }
        do {
            return tidy(try TextFile.read(path))
        } catch  where [ENOENT, ENOTDIR, EACCES, EPERM].contains(error.errno) {
            return nil
        }
    }

    package static func tidy(_ text: String) -> String {
        let line = text.utf8.last == UInt8(ascii: "\n") ? text.utf8.dropLast() : text.utf8[...]
        return String(decoding: line.map { $0 == UInt8(ascii: "\t") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }

    /// What became of a write.
    package enum Outcome: Sendable, Equatable {
        case written
        /// There is no such file here.
        case absent
        /// It may not be opened for writing.
        case withheld(KernelError)
        /// write(2) failed.
        case refused(KernelError)
    }

    package static func write(_ key: String, _ value: String) -> Outcome {
        guard let path = path(key) else { return .absent }
        let number: Int32
        do {
            number = try Descriptor.open(path, O_WRONLY, "write \(key)").take()
        } catch {
            return [ENOENT, ENOTDIR].contains(error.errno) ? .absent : .withheld(error)
        }
        let file = Descriptor(owning: number)
        let bytes = Array(value.utf8)
        do {
            // An empty value is a line end alone: write(2) of nothing would not reach the sysctl.
            let line = bytes + [UInt8(ascii: "\n")]
            try system("write \(key)") { Glibc.write(file.number, line, line.count) }
            return .written
        } catch {
            return .refused(error)
        }
    }
}
