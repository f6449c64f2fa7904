import Kernel
import Lab
import Model
import Testing

@Suite("A fault that is switched", .enabled(if: UserNamespace.holdsCapabilities(), Plans.reason))
struct FaultSwitchTests {
    private static let frame = Frame(
        [2, 0, 0, 0, 1, 2, 2, 0, 0, 0, 1, 1, 0x08, 0x00]
            + [0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2]
            + [0x9C, 0x40, 0x13, 0x88, 0, 0, 0, 17, 0, 0, 0, 0, 0x50, 0x02, 0xFA, 0xF0, 0, 0, 0, 0])

    @Test("takes what was stamped while it was on, however late the tap is read", arguments: [true, false])
    func byStamp(on: Bool) throws {
        let laboratory = try Laboratory(Plans.pair())
        var fault = Plans.lostSyn()
        fault.startsOn = !on
        let faults = try FaultSet([fault], in: laboratory, extended: false)
        let during = try faults.set("lost", on: on)
        #expect(during.from < during.to)
        func taker(_ stamp: Nanoseconds) throws -> String? {
            try faults.saw(
                Self.frame, host: "server", interface: "to-client", direction: .received, stamp: stamp)
        }
        let (old, new): (String?, String?) = on ? (nil, "lost") : ("lost", nil)
        #expect(try taker(during.from - .microseconds(1)) == old)
        #expect(faults.undecided.isEmpty)
        #expect(try taker(during.from) == nil)
        #expect(try taker(during.to) == nil)
        #expect(faults.undecided == ["lost": 2], "in between nobody guesses")
        #expect(try taker(during.to + .microseconds(1)) == new)
    }
}
