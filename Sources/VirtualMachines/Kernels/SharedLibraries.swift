/// What a program needs beside itself to start, as the host's dynamic loader finds it.
struct SharedLibraries: Hashable {
    /// Name → path, the loader's own under its path alone.
    var libraries: [(name: String, path: String)] { zip(names, paths).map { ($0, $1) } }
    private(set) var names: [String] = []
    private(set) var paths: [String] = []

    static func of(_ program: String) async throws -> SharedLibraries {
        let result = try await HostProgram(
            "ldd", for: "it finds the libraries of \(program); it is part of the C library"
        )
        .run([program])
        let said = result.output + result.errors
        if said.contains("not a dynamic executable") || said.contains("statically linked") { return SharedLibraries() }
        guard result.succeeded else {
            throw KernelStoreError.trouble("the libraries of \(program) cannot be told: \(result.complaint)")
        }
        return try SharedLibraries(parsing: result.output, of: program)
    }

    private init() {}

    /// Lines such as `libc.so.6 => /lib/libc.so.6 (0x…)`, `/lib64/ld-linux-x86-64.so.2 (0x…)`, `linux-vdso.so.1 (0x…)`.
    init(parsing text: String, of program: String) throws {
        var missing: [String] = []
        for line in text.split(separator: "\n") {
            let trimmed = line.drop(while: \.isWhitespace)
            let sides = trimmed.split(separator: " => ", maxSplits: 1)
            guard let first = sides.first else { continue }
            if sides.count == 2, sides[1].hasPrefix("not found") {
                missing.append(String(first))
                continue
            }
            let path = (sides.last ?? "").prefix { $0 != "(" }.trimmingSuffix(while: \.isWhitespace)
            // The vDSO has no file.
            guard path.hasPrefix("/") else { continue }
            names.append(String(first.split(separator: " ").first?.split(separator: "/").last ?? ""))
            paths.append(String(path))
        }
        guard missing.isEmpty else {
            throw KernelStoreError.trouble(
                "\(program) needs \(missing.joined(separator: ", ")), which the loader does not find here: "
                    + "install what it was linked with, or build it again")
        }
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, predicate(last) { rest.removeLast() }
        return rest
    }
}
