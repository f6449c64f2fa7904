import Model
import Testing

@Suite("The place") struct PlaceTests {
    static let root = """
        Name:\ttcpfault
        Uid:\t0\t0\t0\t0
        CapPrm:\t000001ffffffffff
        CapEff:\t000001ffffffffff
        NoNewPrivs:\t0
        Seccomp:\t0
        """
    static let mounts = """
        22 1 0:20 / / rw,relatime - ext4 /dev/vda rw
        23 22 0:21 / /proc rw,relatime shared:5 - proc proc rw
        24 23 0:22 / /proc/sys/fs/binfmt_misc ro - binfmt_misc binfmt_misc ro
        """
    static let limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             96365                unlimited            processes
        Max open files            1024                 524288               files
        """
    static let machine = "pid:[4026531836]"

    static func evidence(
        _ status: String = root, map: String = "         0          0 4294967295\n", mounts: String = mounts,
        texts: [String: String] = [:], marks: Set<String> = [], environment: [String: String] = [:],
        processes: String = "pid:[4026532999]"
    ) -> PlaceEvidence {
        let known = [
            "/proc/self/status": status, "/proc/self/uid_map": map, "/proc/self/mountinfo": mounts,
            "/proc/self/limits": limits,
        ]
        return PlaceEvidence(
            texts: known.merging(texts) { $1 }, marks: marks, environment: environment, processNamespace: processes)
    }

    @Test("Root of a machine")
    func machineRoot() {
        let place = Self.evidence(processes: Self.machine).place
        #expect(place.user == 0 && place.userNamespace == .initial)
        #expect(place.capabilities.count == Capability.count && place.lacking.isEmpty)
        #expect(place.seccomp == .off && !place.hasNoNewPrivileges && place.confinement == nil)
        #expect(place.container == nil && place.procSys == .writable)
        #expect(place.limits == Place.Limits(nofile: 524_288, nproc: nil))
    }

    @Test("The default capabilities of docker, by name")
    func capabilities() {
        let names = Capability.names(in: 0x0000_0000_a804_25fb)
        #expect(
            names == [
                "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE",
                "NET_RAW", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE", "SETFCAP",
            ])
        #expect(Capability.names(in: 1 << 63 | 1 << 39) == ["BPF", "63"])
    }

    @Test("What confines a process")
    func confined() {
        let status = "Uid:\t1000\t65534\t0\t0\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n"
        let place = Self.evidence(
            status, map: "0 1000 1\n", texts: ["/proc/self/attr/current": "docker-default (enforce)\n\0"]
        ).place
        #expect(place.user == 65534)
        #expect(place.userNamespace == .nested)
        #expect(place.lacking == ["NET_ADMIN", "NET_RAW", "SYS_ADMIN"])
        #expect(place.seccomp == .filter && place.hasNoNewPrivileges)
        #expect(place.confinement == "docker-default (enforce)")
    }

    @Test(
        "How /proc/sys is mounted",
        arguments: [
            ("", .writable),
            ("\n30 23 0:21 /sys /proc/sys ro,relatime - proc proc rw", .readOnly),
            (
                "\n30 23 0:21 /sys /proc/sys ro - proc proc rw\n31 30 0:21 /sys/net /proc/sys/net rw - proc proc rw",
                .netWritable
            ),
            ("\n30 23 0:21 /sys /proc/sys ro - proc proc rw\n31 30 0:21 /sys /proc/sys rw - proc proc rw", .writable),
            ("\n30 22 0:99 / /proc rw - proc proc ro", .readOnly),
            ("\n30 23 0:21 /sys/kernel /proc/sys/kernel ro - proc proc rw", .writable),
        ] as [(String, Place.ProcSys)])
    func procSys(_ further: String, _ expected: Place.ProcSys) {
        #expect(Self.evidence(mounts: Self.mounts + further).place.procSys == expected)
    }

    @Test("Without /proc there is no /proc/sys")
    func noProc() {
        #expect(Self.evidence(mounts: "22 1 0:20 / / rw - ext4 /dev/vda rw").place.procSys == .absent)
    }

    @Test("Containers, by what they leave")
    func containers() {
        func kind(_ evidence: PlaceEvidence) -> String? { evidence.place.container?.kind }
        #expect(kind(Self.evidence()) == nil)
        #expect(kind(Self.evidence(marks: ["/run/.containerenv"])) == "podman")
        #expect(kind(Self.evidence(marks: ["/.dockerenv"])) == "docker")
        #expect(kind(Self.evidence(texts: ["/run/host/container-manager": "systemd-nspawn\n"])) == "systemd-nspawn")
        #expect(kind(Self.evidence(environment: ["container": "lxc"])) == "lxc")
        #expect(kind(Self.evidence(texts: ["/proc/1/comm": "bwrap\n"])) == "bubblewrap")
        // Seen through a bind of the machine's root.
        #expect(kind(Self.evidence(texts: ["/proc/1/comm": "bwrap\n"], marks: ["/.dockerenv"])) == "bubblewrap")
        let pod = Self.evidence(marks: ["/.dockerenv"], environment: ["KUBERNETES_SERVICE_HOST": "10.0.0.1"])
        #expect(kind(pod) == "kubernetes")
    }

    @Test("A machine made of an image is no container")
    func image() {
        let mark: Set = ["/.dockerenv"]
        #expect(Self.evidence(marks: mark, processes: Self.machine).place.container == nil)
    }
}
