import Kernel

/// Classic BPF as the kernel's documents describe it, opcode by opcode, written without a look at the encoder.
struct ClassicMachine {
    /// A program must not do this; the kernel refuses some of them at loading, and answers 0 for a load from beyond
    /// the frame.
    enum Fault: Error, Equatable {
        case outOfBounds(at: Int)
        case unknownCode(UInt16)
        case endless
    }

    let program: [ClassicInstruction]

    /// `kind`: what a load from SKF_AD_OFF + SKF_AD_PKTTYPE answers (linux/filter.h).
    func run(_ frame: [UInt8], kind: UInt32 = 0) throws(Fault) -> UInt32 {
        var a: UInt32 = 0
        var x: UInt32 = 0
        var memory = [UInt32](repeating: 0, count: 16)
        var position = 0
        while position < program.count {
            let instruction = program[position]
            let k = instruction.operand
            position += 1
            switch instruction.code {
            case 0x20 where k == 0xFFFF_F004: a = kind
            case 0x20: a = try Self.load(frame, k, 4, position)
            case 0x28: a = try Self.load(frame, k, 2, position)
            case 0x30: a = try Self.load(frame, k, 1, position)
            case 0x40: a = try Self.load(frame, x &+ k, 4, position)
            case 0x48: a = try Self.load(frame, x &+ k, 2, position)
            case 0x50: a = try Self.load(frame, x &+ k, 1, position)
            case 0x80: a = UInt32(frame.count)
            case 0x00: a = k
            case 0x60: a = memory[Int(k)]
            case 0x02: memory[Int(k)] = a
            case 0x04: a = a &+ k
            case 0x0C: a = a &+ x
            case 0x14: a = a &- k
            case 0x54: a &= k
            case 0x64: a = a &<< k
            case 0x74: a = a &>> k
            case 0x94: a %= k
            case 0x07: x = a
            case 0x05: position += Int(k)
            case 0x15: position += Int(a == k ? instruction.whenTrue : instruction.whenFalse)
            case 0x25: position += Int(a > k ? instruction.whenTrue : instruction.whenFalse)
            case 0x35: position += Int(a >= k ? instruction.whenTrue : instruction.whenFalse)
            case 0x2D: position += Int(a > x ? instruction.whenTrue : instruction.whenFalse)
            case 0x3D: position += Int(a >= x ? instruction.whenTrue : instruction.whenFalse)
            case 0x06: return k
            default: throw .unknownCode(instruction.code)
            }
        }
        throw .endless
    }

    /// Big-endian.
    static func load(_ frame: [UInt8], _ offset: UInt32, _ width: Int, _ position: Int) throws(Fault) -> UInt32 {
        let start = Int(offset)
        guard start + width <= frame.count else { throw .outOfBounds(at: position) }
        var value: UInt32 = 0
        for index in start..<start + width { value = value << 8 | UInt32(frame[index]) }
        return value
    }
}

/// Extended BPF (RFC 9669) as far as a filter needs it, with one array map of two counters.
struct ExtendedMachine {
    typealias Fault = ClassicMachine.Fault

    let program: [ExtendedInstruction]
    var matched: UInt64 = 0
    var taken: UInt64 = 0

    init(_ program: [ExtendedInstruction]) { self.program = program }

    private static let packet: UInt64 = 1 << 40
    private static let stack: UInt64 = 1 << 41
    private static let entry: UInt64 = 1 << 42

    mutating func run(_ frame: [UInt8]) throws(Fault) -> UInt32 {
        var r = [UInt64](repeating: 0xDEAD_BEEF_DEAD_BEEF, count: 11)
        r[1] = Self.packet
        r[10] = Self.stack
        var position = 0
        while position < program.count {
            let instruction = program[position]
            let to = Int(instruction.registers & 15)
            let from = Int(instruction.registers >> 4)
            let k = UInt64(bitPattern: Int64(instruction.immediate))
            let k32 = UInt32(bitPattern: instruction.immediate)
            position += 1
            var jump = false
            switch instruction.code {
            case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50:
                guard r[6] == Self.packet else { throw .unknownCode(UInt16(instruction.code)) }
                let width = [4, 2, 1][Int(instruction.code & 0x18) >> 3]
                let base = instruction.code & 0xE0 == 0x40 ? UInt32(truncatingIfNeeded: r[from]) : 0
                r[0] = UInt64(try ClassicMachine.load(frame, base &+ k32, width, position))
                for spoilt in 1...5 { r[spoilt] = 0xDEAD_BEEF_DEAD_BEEF }
            case 0x61:
                guard r[from] == Self.packet, instruction.offset == 0 else { throw .outOfBounds(at: position) }
                r[to] = UInt64(frame.count)
            case 0x62:
                guard r[to] == Self.stack, instruction.offset == -4, k == 0 else { throw .outOfBounds(at: position) }
            case 0x18:
                r[to] = UInt64(k32) | UInt64(UInt32(bitPattern: program[position].immediate)) << 32
                position += 1
            case 0xDB:
                guard r[to] == Self.entry else { throw .outOfBounds(at: position) }
                let old = try add(r[from], at: instruction.offset)
                if k32 == 1 { r[from] = old } else { guard k32 == 0 else { throw .unknownCode(0xDB) } }
            case 0x85:
                guard k32 == 1, r[2] == Self.stack &- 4 else { throw .unknownCode(0x85) }
                r[0] = Self.entry
                for spoilt in 1...5 { r[spoilt] = 0xDEAD_BEEF_DEAD_BEEF }
            case 0x07: r[to] &+= k
            case 0xB7: r[to] = k
            case 0xBF: r[to] = r[from]
            case 0x04, 0x0C, 0x14, 0x54, 0x64, 0x74, 0x94, 0xB4:
                let right = instruction.code & 0x08 == 0 ? k32 : UInt32(truncatingIfNeeded: r[from])
                r[to] = UInt64(Self.compute(instruction.code, UInt32(truncatingIfNeeded: r[to]), right))
            case 0x05: jump = true
            case 0x15: jump = r[to] == k
            case 0xAD: jump = r[to] < r[from]
            case 0xBD: jump = r[to] <= r[from]
            case 0x16, 0x26, 0x36, 0x56, 0xA6, 0xB6, 0x1E, 0x2E, 0x3E, 0x5E, 0xAE, 0xBE:
                let right = instruction.code & 0x08 == 0 ? k32 : UInt32(truncatingIfNeeded: r[from])
                jump = Self.compare(instruction.code, UInt32(truncatingIfNeeded: r[to]), right)
            case 0x95: return UInt32(truncatingIfNeeded: r[0])
            default: throw .unknownCode(UInt16(instruction.code))
            }
            if jump { position += Int(instruction.offset) }
        }
        throw .endless
    }

    /// What the counter was before.
    private mutating func add(_ value: UInt64, at offset: Int16) throws(Fault) -> UInt64 {
        switch offset {
        case 0:
            matched += value
            return matched - value
        case 8:
            taken += value
            return taken - value
        default: throw .outOfBounds(at: Int(offset))
        }
    }

    private static func compute(_ code: UInt8, _ left: UInt32, _ right: UInt32) -> UInt32 {
        switch code & 0xF0 {
        case 0x00: left &+ right
        case 0x10: left &- right
        case 0x50: left & right
        case 0x60: left &<< right
        case 0x70: left &>> right
        case 0x90: left % right
        default: right
        }
    }

    private static func compare(_ code: UInt8, _ left: UInt32, _ right: UInt32) -> Bool {
        switch code & 0xF0 {
        case 0x10: left == right
        case 0x20: left > right
        case 0x30: left >= right
        case 0x50: left != right
        case 0xA0: left < right
        default: left <= right
        }
    }
}
