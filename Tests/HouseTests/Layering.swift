/// Who may import whom: the table of the architecture page, held against the import lines.
enum Layering {
    /// Target → the modules it may import. The standard library's own modules are free for all.
    static let allowed: [String: Set<String>] = [
        "Model": ["FoundationEssentials"],
        "Oracle": ["Model"],
        "Scenarios": ["Model", "Oracle", "Yams", "FoundationEssentials"],
        "Reporting": ["Model", "Oracle", "FoundationEssentials"],
        "VirtualMachines": ["Model", "Subprocess", "SystemPackage", "FoundationEssentials"],
        "Kernel": ["Model", "CMnl", "CLinux", "Glibc"],
        "Lab": ["Model", "Kernel", "CLinux", "Glibc", "FoundationEssentials"],
        "tcpfault": [
            "Model", "Oracle", "Scenarios", "Reporting", "VirtualMachines", "ArgumentParser", "Subprocess",
            "SystemPackage", "FoundationEssentials",
        ],
        "tcpfault-run": ["Model", "Kernel", "Lab", "Glibc", "FoundationEssentials"],
    ]
    /// Single files that may import more; each says why.
    static let exceptions: [String: Set<String>] = ["Sources/tcpfault/Surroundings/HostProcess.swift": ["Glibc"]]
    static let free: Set<String> = ["Swift", "Synchronization", "RegexBuilder"]
    /// The targets that may touch the kernel, with their tests.
    static let besideTheKernel: Set<String> = ["Kernel", "Lab", "tcpfault-run", "KernelTests", "LabTests"]
    static let kernelModules: Set<String> = ["Glibc", "CMnl", "CLinux"]

    static func check(_ file: SourceFile) -> [Violation] {
        guard let target = file.target else { return [] }
        let imports = file.code.enumerated().compactMap { index, line in
            module(line).map { (line: index + 1, module: $0) }
        }
        guard file.isProduct else {
            return imports.filter { kernelModules.contains($0.module) && !besideTheKernel.contains(target) }.map {
                Violation(path: file.path, line: $0.line, message: "only Kernel's and Lab's tests import \($0.module)")
            }
        }
        guard let allowed = allowed[target]?.union(exceptions[file.path] ?? []) else {
            return [
                Violation(
                    path: file.path, line: 1,
                    message: "target \(target) is not in the table of layers: say there what it may import")
            ]
        }
        return imports.filter { !allowed.contains($0.module) && !free.contains($0.module) }.map {
            let list = allowed.sorted().joined(separator: ", ")
            return Violation(
                path: file.path, line: $0.line, message: "\(target) may import \(list), and not \($0.module)")
        }
    }

    /// The module of an import line, with or without an access level or a kind.
    private static func module(_ line: Substring) -> String? {
        let pattern =
            #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|typealias)\s+)?(\w+)/#
        return line.firstMatch(of: pattern).map { String($0.1) }
    }
}
