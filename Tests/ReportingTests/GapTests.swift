import Model
import Testing

@testable import Reporting

@Suite("Gaps") struct GapTests {
    static func facts(
        _ missing: [Feature: String] = [:], privilege: Privilege = .root,
        sysctls: [String] = ["net.ipv6.x", "net.core.x"]
    ) -> Facts {
        Facts(
            kernel: "6.1.0", machine: "x86_64", tick: .milliseconds(4), processors: 1,
            sysctls: Dictionary(uniqueKeysWithValues: sysctls.map { ($0, "1") }),
            features: Dictionary(
                uniqueKeysWithValues: Feature.allCases.map { ($0, missing[$0].map(Availability.missing) ?? .present) }),
            privilege: privilege, descriptors: 20_000, halfOpenBeyondBacklog: 1,
            objectSizes: [:])
    }

    /// A place in which nothing can be done about namespaces.
    static func place(
        user: Int = 65534, holding capabilities: [String] = [], in kind: String? = nil,
        procSys: Place.ProcSys = .writable, sysctls: [String: String] = [:]
    ) -> Place {
        Place(
            user: user, capabilities: capabilities, container: kind.map { Place.Container(kind: $0, sign: "test") },
            procSys: procSys, sysctls: sysctls)
    }

    static func nowhere(_ reason: String) -> Facts {
        facts(Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, reason) }), sysctls: [])
    }

    @Test("None where everything is there")
    func none() {
        #expect(GapFinder(Self.facts(), place: Self.place()).gaps.isEmpty)
        #expect(GapFinder(Self.facts(), place: nil).gaps.isEmpty)
    }

    @Test("What stands on another feature is no gap of its own")
    func folded() {
        let reason = "cannot create veth probe: Operation not supported (EOPNOTSUPP)"
        let facts = Self.facts([.veth: reason, .clsact: reason, .classicFilter: reason, .packetSockets: reason])
        let gaps = GapFinder(facts, place: Self.place()).gaps
        #expect(gaps.map(\.name) == ["veth"])
        #expect(gaps[0].reason == reason)
        #expect(gaps[0].step == "modprobe veth, as root, or a kernel with CONFIG_VETH")
        #expect(GapFinder(facts, place: nil).gaps[0].step == "a kernel with CONFIG_VETH")
        let inside = GapFinder(facts, place: Self.place(in: "podman")).gaps[0].step
        #expect(inside.hasPrefix("modprobe veth outside of the container"))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var reason: String
        var place: Place
        var step: String

        init(_ reason: String, _ place: Place, _ step: String) {
            (self.reason, self.place, self.step) = (reason, place, step)
        }

        var testDescription: String { step }
    }

    static let refused = "cannot create a user namespace: Operation not permitted (EPERM)"
    static let full = "cannot create a user namespace: No space left on device (ENOSPC)"
    static let filtered = refused + "; a seccomp filter denies unshare(2)"
    static let unmapped = "cannot write '0 0 1' to /proc/self/uid_map: Operation not permitted (EPERM)"
    static let cases = [
        Case(
            full, place(sysctls: ["user.max_user_namespaces": "0"]),
            "sysctl -w user.max_user_namespaces=1000, as root of the user namespace in which it is 0, or run as root"),
        Case(
            full, place(sysctls: ["user.max_user_namespaces": "7"]),
            "raise user.max_user_namespaces in a user namespace"),
        Case(
            "cannot create a network namespace: No space left on device (ENOSPC)",
            place(sysctls: ["user.max_net_namespaces": "0"]), "sysctl -w user.max_net_namespaces=1000"),
        Case(
            "cannot create a user namespace: Invalid argument (EINVAL)", place(), "a kernel with CONFIG_USER_NS"),
        Case(
            "cannot start a thread: again (EAGAIN)", place(in: "docker"), "a higher hard limit of processes and threads"
        ),
        Case(
            unmapped, place(sysctls: ["kernel.apparmor_restrict_unprivileged_userns": "1"]),
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"),
        Case(
            refused, place(sysctls: ["kernel.unprivileged_userns_clone": "0"]),
            "sysctl -w kernel.unprivileged_userns_clone=1"),
        Case(filtered, place(in: "podman"), "podman run --security-opt seccomp=unconfined"),
        Case(filtered, place(in: "kubernetes"), "securityContext.seccompProfile: {type: Unconfined}"),
        Case(filtered, place(), "allow unshare(2) and setns(2) in the seccomp filter"),
        Case(
            refused, place(user: 0, holding: ["NET_RAW"], in: "docker"),
            "docker run --cap-add NET_ADMIN --cap-add SYS_ADMIN as root"),
        Case(refused, place(), "run as root with CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN"),
    ]

    @Test("No namespaces: one gap, and the step depends on the place", arguments: cases)
    func namespaces(_ wanted: Case) {
        let gaps = GapFinder(Self.nowhere(wanted.reason), place: wanted.place).gaps
        #expect(gaps.map(\.name) == ["network-namespaces"])
        #expect(gaps.first?.step.hasPrefix(wanted.step) == true, "\(gaps)")
    }

    @Test(
        "/proc/sys that is read-only",
        arguments: [
            ("podman", "podman run --security-opt unmask=/proc/sys"),
            ("docker", "docker run --security-opt systempaths=unconfined"),
            ("kubernetes", "securityContext.procMount: Unmasked"), (nil, "mount -o remount,bind,rw /proc/sys"),
        ])
    func procSys(_ kind: String?, _ step: String) {
        let reason = "cannot write net.ipv4.tcp_syn_retries: Read-only file system (EROFS)"
        let place = Self.place(in: kind, procSys: .readOnly)
        let gaps = GapFinder(Self.facts([.sysctlWriting: reason]), place: place).gaps
        #expect(gaps.map(\.name) == ["sysctl-writing"] && gaps[0].reason == reason)
        #expect(gaps[0].step.hasPrefix(step), "\(gaps[0].step)")
        // It is told where nothing could be tried, too.
        let both = GapFinder(Self.nowhere(Self.refused), place: place).gaps
        #expect(both.map(\.name) == ["network-namespaces", "sysctl-writing"])
    }

    @Test("A trial that came to nothing is a gap, but not where something that it takes is missing")
    func backlog() {
        var facts = Self.facts()
        facts.halfOpenBeyondBacklog = nil
        #expect(GapFinder(facts, place: nil).gaps.map(\.name) == ["half-open-backlog"])
        facts.features[.sysctlWriting] = .missing("read-only")
        #expect(GapFinder(facts, place: nil).gaps.map(\.name) == ["sysctl-writing"])
    }

    @Test("What root of a container lacks is capabilities")
    func containerRoot() {
        let denied = "cannot create a map: Operation not permitted (EPERM)"
        let facts = Self.facts([.socketOperations: denied], privilege: .userNamespace)
        let place = Self.place(user: 0, holding: ["NET_RAW"], in: "podman")
        #expect(
            GapFinder(facts, place: place).gaps.map(\.step) == [
                "podman run --cap-add NET_ADMIN --cap-add SYS_ADMIN as root"
            ])
    }

    @Test("What takes root, as an ordinary user")
    func ordinary() {
        let denied = "cannot load a BPF program: Operation not permitted (EPERM)"
        var facts = Self.facts(
            [.extendedFilter: denied, .socketOperations: denied], privilege: .userNamespace, sysctls: ["net.ipv4.x"])
        facts.objectSizes = nil
        let gaps = GapFinder(facts, place: Self.place()).gaps
        #expect(gaps.map(\.name) == ["ebpf", "sock_ops", "slabinfo", "ipv6", "net.core"])
        #expect(gaps.filter { $0.step.contains("as root") }.count == 4)
    }
}
