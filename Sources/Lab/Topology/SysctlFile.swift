import Glibc
package import Kernel

/// The files below /proc/sys/net. Which namespace's they are depends on the thread that opens them: use them inside a
/// visit, and nowhere else.
package enum SysctlFile {
    /// As sysctl(8) spells keys: dots for slashes, and the other way round for a dot in an interface's name.
    ///
    /// `nil` for what is not below `net.`: those belong to the whole machine, and no run may touch them.
    package static func path(_ key: String) -> String? {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false).map { part in
            String(part.map { $0 == "/" ? "." : $0 })
        }
        guard parts.count > 2, parts[0] == "net" else { return nil }
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { return nil }
        return "/proc/sys/" + parts.joined(separator: "/")
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
        let line = text.hasSuffix("\n") ? text.dropLast() : text[...]
        return String(line.map { $0 == "\t" ? " " : $0 })
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
