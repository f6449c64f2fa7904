import Model

/// The machine that a guest kernel sees, and QEMU's command line for it.
///
/// In virtual time one instruction takes one nanosecond of the guest's clock, and a guest that waits skips to
/// its next timer (`-icount sleep=off`). Everything that could differ from one start to the next is closed: one
/// processor, the real-time clock, the seed of all that QEMU draws, no disk, no network
/// card, and a console that nobody types on.
package struct Machine: Sendable, Hashable {
    package enum Time: String, Sendable, Hashable, Codable {
        /// Instructions are counted; waiting costs nothing.
        case virtual
        /// The host's clock; KVM, where it can be used.
        case real
    }

    package var time: Time
    /// Whether /dev/kvm can be opened: for real time.
    package var hasKVM: Bool
    /// Mebibytes. What the kernel scales by its memory (tcp_max_syn_backlog, tcp_mem …) is scaled by this.
    package var memory: Int
    /// Whether the kernel says on its console what it does while it boots.
    package var isVerbose: Bool
    /// Further words of the kernel's command line.
    package var extra: [String]

    package static let usualMemory = 1_024
    /// An instruction takes 1 ns, as on a processor of 1 GHz that executes them one by one.
    ///
    /// QEMU records the run, and the record is thrown away: only while it records do its two threads take turns. Without,
    /// one may skip to the next timer at the moment when the processor halts and its instructions are not counted yet,
    /// and the timer comes too late by as many (`icount_start_warp_timer()`).
    static let counting = "shift=0,sleep=off,rr=record,rrfile=/dev/null"
    /// One whose idle state needs no help from a timer outside it. QEMU draws what its random instruction answers, from
    /// `-seed`; without it the kernel would gather chance of its own for seconds.
    static let processor = "Westmere-v1,+rdrand"
    /// 2026-01-01; the guest's wall clock begins there.
    static let start = "2026-01-01T00:00:00"

    package init(
        time: Time = .virtual, hasKVM: Bool = false, memory: Int = Machine.usualMemory, isVerbose: Bool = false,
        extra: [String] = []
    ) {
        self.time = time
        self.hasKVM = hasKVM
        self.memory = memory
        self.isVerbose = isVerbose
        self.extra = extra
    }

    /// Files of one boot.
    package struct Files: Sendable {
        package var image: String
        package var archive: String
        package var channel: String
        package var console: String

        package init(image: String, archive: String, channel: String, console: String) {
            self.image = image
            self.archive = archive
            self.channel = channel
            self.console = console
        }
    }

    package func arguments(_ files: Files) -> [String] {
        let pace: [String] =
            switch time {
            case .virtual:
                [
                    "-accel", "tcg", "-icount", Self.counting, "-cpu", Self.processor,
                    "-rtc", "base=\(Self.start),clock=vm", "-seed", "1",
                ]
            // A host that is a guest itself may not be able to pass on what its processor says of its weaknesses.
            case .real:
                hasKVM
                    ? ["-accel", "kvm", "-cpu", "host,arch-capabilities=off"]
                    : ["-accel", "tcg", "-cpu", Self.processor]
            }
        let words = (isVerbose ? [] : ["quiet"]) + Self.kernelArguments + extra + ["--", "--guest"]
        return pace + [
            "-machine", "pc,acpi=off,hpet=off", "-smp", "1", "-m", "\(memory)", "-nodefaults", "-no-user-config",
            "-no-reboot", "-display", "none", "-monitor", "none", "-serial", "file:\(Self.value(files.console))",
            "-kernel", files.image, "-initrd", files.archive, "-append", words.joined(separator: " "), "-object",
            "memory-backend-file,id=channel,share=on,mem-path=\(Self.value(files.channel)),size=\(GuestChannel.size)",
            "-device", "ivshmem-plain,memdev=channel",
        ]
    }

    /// In a list of options a comma is written twice.
    private static func value(_ text: String) -> String {
        text.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    }

    /// `panic=-1` and `reboot=t`: a kernel that cannot go on ends the machine at once. `tsc=reliable` keeps a watchdog from waking an idle guest;
    /// the rest is time that a machine without devices need not spend.
    static let kernelArguments = [
        "console=ttyS0", "acpi=off", "panic=-1", "reboot=t", "nokaslr", "random.trust_cpu=on", "tsc=reliable",
        "mitigations=off", "cryptomgr.notests", "audit=0",
        "initcall_blacklist=load_system_certificate_list", "io_delay=none",
    ]
}
