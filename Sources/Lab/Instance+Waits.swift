import Kernel
import Model

extension Instance {
    func perform(_ wait: Wait, _ index: Int) throws {
        switch wait.until {
        case .duration(let time):
            try finish(index, atMost: time) { false }
        case .call(let socket):
            guard try !finish(index, atMost: wait.atMost, { endpoints.isIdle(socket) }) else { return }
            timeline.fallShort("step \(index + 1): the call of \(socket) had not ended within \(wait.atMost)")
        case .queue, .state:
            throw LabError.unsupported(feature: "step \(index + 1)", reason: "tcpfault-run cannot do this yet")
        case .packets(let selector, let host, let count):
            var seen = 0
            var next = 0
            let found = try finish(index, atMost: wait.atMost) {
                while next < timeline.packets.count {
                    if case .packet(let packet) = timeline.events[timeline.packets[next]].what, packet.host == host,
                        selector.matches(packet.segment)
                    {
                        seen += 1
                    }
                    next += 1
                }
                return seen >= count
            }
            guard !found else { return }
            timeline.fallShort("step \(index + 1): \(seen) of \(count) packets came to \(host) within \(wait.atMost)")
        }
    }
}
