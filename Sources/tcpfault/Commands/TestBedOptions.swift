import ArgumentParser
import FoundationEssentials
import Model
import Subprocess
import VirtualMachines

/// Whose kernel plans are carried out on.
struct TestBedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run on this kernel, in virtual time: one of `tcpfault kernels list`, or a vmlinuz.",
            valueName: "name|image"))
    var kernel: String?

    @Option(help: ArgumentHelp("The folder of its modules, where --kernel is an image.", valueName: "dir"))
    var modules: String?

    @Flag(help: "With --kernel: by this machine's clock, with KVM where there is one.")
    var realTime = false

    func bed(scratch: String) throws -> any TestBed {
        guard let kernel else { return HostBed(runner: try Places.runner()) }
        let archive = ProcessInfo.processInfo.environment["TCPFAULT_ARCHIVE"] ?? ""
        return GuestBed(
            guest: Guest(
                emulator: "qemu-system-x86_64", attendant: try Places.runner(),
                machine: Machine(time: realTime ? .real : .virtual), image: kernel, archive: archive, scratch: scratch),
            name: kernel)
    }
}
