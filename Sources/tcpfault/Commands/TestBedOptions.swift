import ArgumentParser
import Model
import VirtualMachines

/// Whose kernel plans are carried out on.
struct TestBedOptions: ParsableArguments {
    @Option(
        name: .customLong("kernel"),
        help: ArgumentHelp(
            "Run on this kernel, in a virtual machine: one of `tcpfault kernels list`, or a vmlinuz.",
            valueName: "name|image"))
    var kernels: [String] = []

    var kernel: String? { kernels.first }

    @Option(help: ArgumentHelp("The modules of an image: /lib/modules/RELEASE.", valueName: "dir"))
    var modules: String?

    @Flag(help: "By this machine's clock, with KVM where there is one, instead of in virtual time.")
    var realTime = false

    @Flag(help: "Show the console of the virtual machine.")
    var console = false

    @Option(
        help: ArgumentHelp("Add this to the kernel's command line. May be repeated.", valueName: "word"))
    var kernelArgument: [String] = []

    func validate() throws {
        if kernels.count > 1 {
            throw ValidationError("Say --kernel once here; `tcpfault compare` takes two kernels.")
        }
        if kernel == nil, modules != nil || realTime || console || !kernelArgument.isEmpty {
            throw ValidationError("--modules, --real-time, --console and --kernel-argument go with --kernel.")
        }
    }

    /// Whether the same plans end the same way every time, so that trying again is in vain.
    var isRepeatable: Bool { kernel != nil && !realTime }

    var machine: Machine {
        Machine(
            time: realTime ? .real : .virtual, hasKVM: HostProcess.canUseKVM, isVerbose: console, extra: kernelArgument)
    }

    /// This machine's kernel, or the one that was named, for runs whose records go below `folder`.
    func bed(folder: String) async throws -> any TestBed {
        guard let kernel else { return HostBed(runner: try Places.runner()) }
        return try await GuestBed.prepared(kernel, modules: modules, machine: machine, folder: folder)
    }
}
