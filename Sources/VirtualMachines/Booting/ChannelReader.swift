import Model
import SystemPackage

/// The host's end of `GuestChannel`: what the guest has written so far.
final class ChannelReader {
    private let file: FileDescriptor
    private var position = 0

    /// Makes the file; it is sparse, and takes only the space that the guest writes to.
    init(creating path: String) throws {
        file = try FileDescriptor.open(
            FilePath(path), .readWrite, options: [.create, .truncate], permissions: .ownerReadWrite)
        try file.resize(to: Int64(GuestChannel.size))
    }

    deinit { try? file.close() }

    /// The guest's CLOCK_MONOTONIC; zero before its first program has begun.
    func clock() throws -> Nanoseconds { Nanoseconds(Int64(try number(at: GuestChannel.clockOffset))) }

    /// The frames that are complete and have not been read yet.
    func frames() throws -> [GuestFrame] {
        let written = try number(at: GuestChannel.writtenOffset)
        guard written <= GuestChannel.size - GuestChannel.headSize else { throw Overrun() }
        guard written > position else { return [] }
        let bytes = try bytes(at: GuestChannel.headSize + position, count: written - position)
        var rest = bytes[...]
        var frames: [GuestFrame] = []
        while let (frame, length) = GuestFrame.first(of: rest) {
            frames.append(frame)
            rest = rest.dropFirst(length)
        }
        position = written - rest.count
        return frames
    }

    /// The guest claims to have written more than there is room for.
    struct Overrun: Error, CustomStringConvertible {
        let description = "the guest has spoilt the memory that it shares with its host"
    }

    private func number(at offset: Int) throws -> Int {
        let bytes = try bytes(at: offset, count: 8)
        return Int(
            truncatingIfNeeded: bytes.enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * $1.offset) })
    }

    private func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = try file.read(fromAbsoluteOffset: Int64(offset + filled), into: rest)
                guard got > 0 else { break }
                filled += got
            }
        }
    }
}
