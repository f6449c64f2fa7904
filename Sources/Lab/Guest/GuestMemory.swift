import Glibc
import Kernel
import Model
import Synchronization

/// The guest's end of `GuestChannel`: frames go in one behind the other, from any thread.
///
/// Writing is copying into memory that the host can see: no device is asked, nothing waits, and nothing comes back.
final class GuestMemory: Sendable {
    /// Where it is mapped, for the rest of the process's life; written to under `turn` alone.
    private let address: UInt
    private let turn = Mutex(Place(used: 0, isFull: false))

    private struct Place {
        var used: Int
        var isFull: Bool
    }

    /// Finds the device and maps its memory.
    init() throws {
        let folder = try Self.device()
        // Nobody drives it, so nobody has switched it on.
        try TextFile.write("\(folder)/enable", "1\n")
        let path = "\(folder)/resource\(GuestChannel.region)"
        let file = try Descriptor.open(path, O_RDWR)
        let mapped = mmap(nil, GuestChannel.size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0)
        guard let mapped, mapped != MAP_FAILED else { throw KernelError("map \(path)", errno: errno) }
        address = UInt(bitPattern: mapped)
    }

    private static func device() throws -> String {
        let root = "/sys/bus/pci/devices"
        for name in try FolderList.names(in: root) {
            let folder = "\(root)/\(name)"
            func number(_ file: String) -> UInt16? {
                (try? TextFile.read("\(folder)/\(file)")).flatMap { UInt16($0.dropFirst(2).prefix(4), radix: 16) }
            }
            if number("vendor") == GuestChannel.vendor && number("device") == GuestChannel.device { return folder }
        }
        throw KernelError("find the memory that is shared with the host among \(root)", errno: ENODEV)
    }

    /// Whole or not at all. What does not fit is left out, and the last frame says so.
    func send(_ frame: GuestFrame) {
        turn.withLock { place in
            guard !place.isFull else { return }
            if put(frame, at: place.used) {
                place.used += frame.head.count + frame.content.count
            } else {
                place.isFull = true
                let words = GuestFrame.complaint("the memory shared with the host (\(GuestChannel.size) bytes) is full")
                if put(words, at: place.used) { place.used += words.head.count + words.content.count }
            }
            store(UInt64(place.used), at: GuestChannel.writtenOffset)
        }
    }

    func tell(clock: Nanoseconds) {
        turn.withLock { _ in store(UInt64(clock.value), at: GuestChannel.clockOffset) }
    }

    private var base: UnsafeMutableRawPointer {
        guard let base = UnsafeMutableRawPointer(bitPattern: address) else { preconditionFailure("bug: not mapped") }
        return base
    }

    /// Room is kept for one sentence.
    private static let reserve = 4_096

    private func put(_ frame: GuestFrame, at used: Int) -> Bool {
        let (head, content) = (frame.head, frame.content)
        let start = GuestChannel.headSize + used
        let isSentence = if case .complaint = frame { true } else { false }
        guard start + head.count + content.count + (isSentence ? 0 : Self.reserve) <= GuestChannel.size else {
            return false
        }
        head.withUnsafeBytes { base.advanced(by: start).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        content.withUnsafeBytes { bytes in
            guard let first = bytes.baseAddress else { return }
            base.advanced(by: start + head.count).copyMemory(from: first, byteCount: bytes.count)
        }
        return true
    }

    private func store(_ value: UInt64, at offset: Int) {
        base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
}
