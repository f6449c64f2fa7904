/// One step of a filter, before it is written as classic or extended BPF.
///
/// The machine behind it: an accumulator A of 32 bits without sign; a base register T, which holds the offset of the
/// header being looked at; two slots. Offsets count from the Ethernet header. Jumps go forward only. A program never
/// loads from beyond the frame's end: it asks for the length first, since the kernel ends a program that does, and
/// answers 0 in its name, which is TC_ACT_OK.
enum FilterStep: Sendable, Hashable {
    case label(Label)
    /// A = the frame's length
    case length
    /// A = value
    case constant(UInt32)
    /// A = frame[place], from network order
    case load(Width, Place)
    /// slot = A
    case store(Slot)
    /// A = slot
    case recall(Slot)
    /// A = A op value
    case arithmetic(Operation, UInt32)
    /// A += T
    case addBase
    /// T = A
    case setBase
    case goto(Label)
    /// `nil`: on with the next step.
    case branch(Condition, then: Label?, else: Label?)
    /// The end: the frame matches, or does not.
    case verdict(Bool)

    enum Width: Sendable, Hashable, CaseIterable { case byte, half, word }

    enum Place: Sendable, Hashable {
        case frame(UInt32)
        /// T + offset
        case base(UInt32)
    }

    enum Slot: Int, Sendable, Hashable {
        /// The protocol of the next header.
        case next
        /// The offset at which the IP packet ends, by its own length field.
        case end
    }

    enum Operation: Sendable, Hashable { case add, subtract, and, shiftLeft, shiftRight, modulo }

    enum Condition: Sendable, Hashable {
        /// A == value
        case equals(UInt32)
        /// A >= value
        case atLeast(UInt32)
        /// A >= T
        case atLeastBase
        /// A > T
        case aboveBase
    }

    /// A place to jump to; unique in its program.
    struct Label: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        let name: String
        init(stringLiteral name: String) { self.name = name }
    }

    /// `if (!condition) goto label;`
    static func require(_ condition: Condition, else label: Label) -> FilterStep {
        .branch(condition, then: nil, else: label)
    }

    static func and(_ value: UInt32) -> FilterStep { .arithmetic(.and, value) }
    static func add(_ value: UInt32) -> FilterStep { .arithmetic(.add, value) }
    static func subtract(_ value: UInt32) -> FilterStep { .arithmetic(.subtract, value) }
    static func shiftLeft(_ bits: UInt32) -> FilterStep { .arithmetic(.shiftLeft, bits) }
    static func shiftRight(_ bits: UInt32) -> FilterStep { .arithmetic(.shiftRight, bits) }
    /// By more than 0, else the kernel refuses the program.
    static func modulo(_ value: UInt32) -> FilterStep { .arithmetic(.modulo, value) }
}
