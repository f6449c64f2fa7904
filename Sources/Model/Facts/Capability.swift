/// The names of capabilities, by their numbers (linux/capability.h).
package enum Capability {
    private static let names = """
        CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE \
        NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT \
        SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP \
        MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE
        """.split(separator: " ").map(String.init)

    /// How many there are names for.
    package static var count: Int { names.count }

    /// Those of a mask, in the order of their bits; one that is newer than this table by its number.
    package static func names(in mask: UInt64) -> [String] {
        (0..<64).filter { mask & 1 << UInt64($0) != 0 }.map { $0 < names.count ? names[$0] : "\($0)" }
    }
}
