/// What the files of /proc, and a few others, say of the place: texts as they were read, and their meaning.
package struct PlaceEvidence: Sendable {
    /// Path → contents, of `files` as far as they could be read.
    package var texts: [String: String]
    /// Those of `marks` that exist.
    package var marks: Set<String>
    /// Of `variables`, as far as they are set.
    package var environment: [String: String]
    /// `/proc/self/ns/pid`: `pid:[4026531836]`.
    package var processNamespace: String?
    package var sysctls: [String: String]

    package init(
        texts: [String: String], marks: Set<String> = [], environment: [String: String] = [:],
        processNamespace: String? = nil, sysctls: [String: String] = [:]
    ) {
        self.texts = texts
        self.marks = marks
        self.environment = environment
        self.processNamespace = processNamespace
        self.sysctls = sysctls
    }

    private enum File {
        static let status = "/proc/self/status"
        static let map = "/proc/self/uid_map"
        static let mounts = "/proc/self/mountinfo"
        static let limits = "/proc/self/limits"
        static let confinement = "/proc/self/attr/current"
        /// systemd as the first program of a container writes down what it is in; systemd-nspawn does so for any.
        static let containers = ["/run/systemd/container", "/run/host/container-manager"]
        static let first = "/proc/1/comm"
    }

    private enum Mark {
        static let podman = "/run/.containerenv"
        static let docker = "/.dockerenv"
    }

    private enum Variable {
        static let container = "container"
        static let kubernetes = "KUBERNETES_SERVICE_HOST"
    }

    package static let files =
        [File.status, File.map, File.mounts, File.limits, File.confinement, File.first] + File.containers
    package static let marks = [Mark.podman, Mark.docker]
    package static let variables = [Variable.container, Variable.kubernetes]

    package var place: Place {
        let status = Self.fields(texts[File.status] ?? "")
        let mask = status["CapEff"].flatMap { UInt64($0, radix: 16) } ?? 0
        return Place(
            user: status["Uid"].flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }
                .flatMap { Int($0) } ?? -1,
            userNamespace: userNamespace, capabilities: Capability.names(in: mask),
            seccomp: ["1": .strict, "2": .filter][status["Seccomp"] ?? ""] ?? .off,
            hasNoNewPrivileges: status["NoNewPrivs"] == "1",
            confinement: texts[File.confinement].map(Self.trimmed).flatMap { $0.isEmpty ? nil : $0 },
            container: container, procSys: procSys, sysctls: sysctls, limits: limits)
    }

    /// `Name:\tvalue` lines.
    private static func fields(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), trimmed(String(line[colon...].dropFirst())))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func trimmed(_ text: String) -> String {
        let isBlank = { (character: Character) in character.isWhitespace || character == "\0" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }

    /// The machine's own maps every id to itself (user_namespaces(7)).
    private var userNamespace: Place.Kind {
        guard let map = texts[File.map] else { return .initial }
        return map.split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"] ? .initial : .nested
    }

    // MARK: Mounts

    private var procSys: Place.ProcSys {
        guard let net = isReadOnly("/proc/sys/net") else { return texts[File.mounts] == nil ? .writable : .absent }
        if net { return .readOnly }
        return isReadOnly("/proc/sys") == true ? .netWritable : .writable
    }

    /// Of the mount that a path is seen through: the nearest above it, and of several in one place the last.
    /// `nil`: nothing of /proc is mounted above it.
    private func isReadOnly(_ path: String) -> Bool? {
        var nearest: (length: Int, isReadOnly: Bool)?
        for line in (texts[File.mounts] ?? "").split(separator: "\n") {
            // proc_pid_mountinfo(5): id, parent, device, root, mount point, options of this mount, …
            let words = line.split(separator: " ")
            guard words.count > 5, words[4].hasPrefix("/proc"), path == words[4] || path.hasPrefix("\(words[4])/"),
                words[4].utf8.count >= nearest?.length ?? 0
            else { continue }
            let ofFilesystem = words.last.map { $0.split(separator: ",").contains("ro") } ?? false
            nearest = (words[4].utf8.count, words[5].split(separator: ",").contains("ro") || ofFilesystem)
        }
        return nearest?.isReadOnly
    }

    // MARK: Limits

    private var limits: Place.Limits {
        Place.Limits(nofile: hardLimit("Max open files"), nproc: hardLimit("Max processes"))
    }

    /// The second figure after the name; `unlimited` is none.
    private func hardLimit(_ name: String) -> Int? {
        let line = (texts[File.limits] ?? "").split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.dropFirst(name.count).split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    // MARK: Containers

    /// PROC_PID_INIT_INO: the machine's own namespace of processes has had this number since Linux 3.8.
    private static let machine = "pid:[4026531836]"

    /// The innermost. What an image left behind on a machine is none: it takes a namespace of processes of its own.
    private var container: Place.Container? {
        guard processNamespace != Self.machine else { return nil }
        if texts[File.first].map(Self.trimmed) == "bwrap" {
            return Place.Container(kind: "bubblewrap", sign: File.first)
        }
        if environment[Variable.kubernetes] != nil {
            return Place.Container(kind: "kubernetes", sign: "$\(Variable.kubernetes)")
        }
        if marks.contains(Mark.podman) { return Place.Container(kind: "podman", sign: Mark.podman) }
        for file in File.containers {
            if let kind = texts[file].map(Self.trimmed), !kind.isEmpty {
                return Place.Container(kind: kind, sign: file)
            }
        }
        if let kind = environment[Variable.container], !kind.isEmpty {
            return Place.Container(kind: kind, sign: "$\(Variable.container)")
        }
        return marks.contains(Mark.docker) ? Place.Container(kind: "docker", sign: Mark.docker) : nil
    }
}
