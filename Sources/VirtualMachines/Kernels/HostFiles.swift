import FoundationEssentials

/// The host's files, with errors in words.
enum HostFiles {
    static func isFolder(_ path: String) -> Bool {
        var isDirectory = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw KernelStoreError.trouble("the folder \(path) cannot be made: \(words(error))")
        }
    }

    /// Mapped and not copied: images are large, and little of them is looked at.
    static func contents(_ path: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        } catch {
            throw KernelStoreError.badInput("\(path) cannot be read: \(words(error))")
        }
    }

    static func write(_ data: Data, to path: String) throws {
        do {
            try data.write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw KernelStoreError.trouble("\(path) cannot be written: \(words(error))")
        }
    }

    static func copy(_ source: String, to target: String) throws {
        do {
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } catch {
            throw KernelStoreError.trouble("\(source) cannot be copied to \(target): \(words(error))")
        }
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// Paths below the folder; symbolic links are not followed.
    static func below(_ folder: String) -> [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    static func given(_ path: String) throws -> GivenFile {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved(path)) else {
            throw KernelStoreError.badInput("\(path): there is no such file, or it cannot be looked at")
        }
        let seconds = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return GivenFile(
            path: path, bytes: (attributes[.size] as? UInt64).map { Int($0) } ?? 0,
            modified: Int64(seconds * 1e9))
    }

    static func age(_ path: String) -> Double? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.modificationDate] as? Date).map { Date().timeIntervalSince($0) }
    }

    /// From the root, so that it means the same wherever it is read.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    }

    static func resolved(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }

    static func words(_ error: any Error) -> String {
        guard let reason = (error as? CocoaError)?.underlying else { return "\(error)" }
        // `Error Domain=… Code=13 "Permission denied"`; the number itself is only for those who import Glibc.
        let parts = "\(reason)".split(separator: "\"")
        return parts.count > 1 ? String(parts[1]) : "\(reason)"
    }
}

extension CocoaError {
    /// What the system said, without Foundation's frame around it.
    fileprivate var underlying: POSIXError? { userInfo["NSUnderlyingError"] as? POSIXError }
}

extension Data {
    /// Numbers as the machine writes them, at an offset from the beginning; `nil` beyond the end.
    func number<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value? {
        let width = MemoryLayout<Value>.size
        guard offset >= 0, offset <= count - width else { return nil }
        let start = startIndex + offset
        return self[start..<start + width].reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    /// Text up to a zero byte, or to what is no ASCII.
    func text(at offset: Int, atMost most: Int) -> String? {
        guard offset >= 0, offset < count else { return nil }
        let bytes = self[(startIndex + offset)...].prefix(most).prefix { $0 >= 0x20 && $0 < 0x7F }
        return String(decoding: bytes, as: UTF8.self)
    }
}
