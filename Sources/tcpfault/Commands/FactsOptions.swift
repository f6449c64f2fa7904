import ArgumentParser
import FoundationEssentials
import Model
import VirtualMachines

/// Which kernel a command that runs nothing is about.
struct FactsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of this kernel instead of this machine's: one of `tcpfault kernels list`, or a vmlinuz.",
            valueName: "name|image"))
    var kernel: String?

    @Option(help: ArgumentHelp("The modules of an image: /lib/modules/RELEASE.", valueName: "dir"))
    var modules: String?

    func validate() throws {
        if kernel == nil, modules != nil { throw ValidationError("--modules goes with --kernel.") }
    }

    /// A guest whose facts are not known yet is booted for them.
    func facts() async throws -> Facts {
        guard let kernel else { return try await HostBed(runner: try Places.runner()).probe() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "tcpfault-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await GuestBed.prepared(kernel, modules: modules, machine: Machine(), folder: folder).probe()
    }
}
