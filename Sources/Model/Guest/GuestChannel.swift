/// The memory that a guest kernel and its host share: how what happens in the guest comes out of it.
///
/// It is a file on the host and the memory of a PCI device (ivshmem) in the guest. The guest writes, the host reads;
/// nothing goes the other way, so that no moment at which the host does something can change what the guest does. A
/// head of one page is followed by frames, one behind the other, until the space is full.
package enum GuestChannel {
    /// PCI vendor and device of QEMU's ivshmem, and the region that holds the memory.
    package static let vendor: UInt16 = 0x1af4
    package static let device: UInt16 = 0x1110
    package static let region = 2

    /// The head: little-endian numbers of eight bytes at these offsets.
    package static let headSize = 4_096
    /// Bytes of frames that are complete.
    package static let writtenOffset = 0
    /// The guest's CLOCK_MONOTONIC, in nanoseconds, about once a second of its time.
    package static let clockOffset = 8

    /// As a power of two, which PCI asks for. The file is sparse.
    package static let size = 1 << 29

    /// The file in the guest's archive that holds the requests, one JSON line each.
    package static let requests = "/requests"
    /// The folder of the guest's archive that holds the modules to load, in the order of their names.
    package static let modules = "/modules"
}

/// One piece of what a guest says.
package enum GuestFrame: Sendable, Hashable {
    /// A line of the runner's output: the JSON of a `RunnerMessage`.
    case message([UInt8])
    /// A file of a run's folder, named from the root of the guest.
    case file(path: String, content: [UInt8])
    /// Something could not be done, in words.
    case complaint(String)
    /// Nothing more will come, and nothing is missing.
    case end

    private enum Kind: UInt32 { case message = 1, file, complaint, end }

    /// The kind, the length of the name, the length of the rest, then both.
    package var head: [UInt8] {
        let (kind, name, content) = parts
        return [kind.rawValue, UInt32(name.count), UInt32(content.count)].flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        } + name
    }

    package var content: [UInt8] { parts.content }

    private var parts: (kind: Kind, name: [UInt8], content: [UInt8]) {
        switch self {
        case .message(let line): (.message, [], line)
        case .file(let path, let content): (.file, Array(path.utf8), content)
        case .complaint(let words): (.complaint, [], Array(words.utf8))
        case .end: (.end, [], [])
        }
    }

    package static let headSize = 12

    /// The frame at the start of `bytes` and its length; `nil` when it is not complete, or is none.
    package static func first(of bytes: ArraySlice<UInt8>) -> (frame: GuestFrame, length: Int)? {
        func number(_ index: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(bytes[bytes.startIndex + 4 * index + $1]) << (8 * $1) }
        }
        guard bytes.count >= headSize, let kind = Kind(rawValue: UInt32(number(0))) else { return nil }
        let (name, content) = (number(1), number(2))
        let length = headSize + name + content
        guard bytes.count >= length else { return nil }
        let named = bytes.dropFirst(headSize).prefix(name)
        let rest = Array(bytes.dropFirst(headSize + name).prefix(content))
        let frame: GuestFrame =
            switch kind {
            case .message: .message(rest)
            case .file: .file(path: String(decoding: named, as: UTF8.self), content: rest)
            case .complaint: .complaint(String(decoding: rest, as: UTF8.self))
            case .end: .end
            }
        return (frame, length)
    }
}
