import Reporting
import Scenarios
import SystemPackage

/// A file that a command is given, or its standard input.
enum InputFile {
    /// All of it; a pipe, too. `-` is standard input. At most one byte more than `most`, for whoever refuses that.
    static func read(_ path: String, most: Int) throws -> [UInt8] {
        do {
            if path == "-" { return try read(.standardInput, most) }
            let file = try FileDescriptor.open(FilePath(path), .readOnly)
            return try file.closeAfter { try read(file, most) }
        } catch let error as Errno {
            throw Trouble("\(path): it cannot be read: \(error)", status: .badInput)
        }
    }

    /// As messages name it.
    static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

    private static func read(_ file: FileDescriptor, _ most: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= most {
            let chunk = try [UInt8](unsafeUninitializedCapacity: min(65_536, most + 1 - bytes.count)) { buffer, count in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
        return bytes
    }
}
