import Model

/// Where it is, in three lines.
struct PlaceText {
    private let place: Place
    private let paint: Paint

    init(_ place: Place, paint: Paint) {
        self.place = place
        self.paint = paint
    }

    var lines: [String] {
        paint.lines(container + "; " + user, first: "place        ")
            + paint.lines(capabilities, first: "capabilities ")
            + paint.lines(confinement, first: "confined by  ")
    }

    private var container: String {
        guard let container = place.container else { return "no container that could be told" }
        return "\(container.kind) (by \(container.sign))"
    }

    private var user: String {
        switch place.userNamespace {
        case .initial: "user \(place.user), in the machine's own user namespace"
        case .nested: "user \(place.user) of a user namespace inside the machine's"
        }
    }

    private var capabilities: String {
        if place.capabilities.isEmpty { return "none" }
        let lacking = place.lacking
        let all = place.capabilities.count
        if lacking.isEmpty { return "\(all), with \(Place.rootCapabilities.joined(separator: ", "))" }
        return "\(all), without \(lacking.joined(separator: ", "))"
    }

    private var confinement: String {
        var words: [String] = []
        if place.seccomp != .off { words.append("seccomp (\(place.seccomp.rawValue))") }
        if place.hasNoNewPrivileges { words.append("no_new_privs") }
        if let label = place.confinement, label != "unconfined" { words.append(label) }
        switch place.procSys {
        case .writable: break
        case .netWritable: words.append("/proc/sys read-only but for net")
        case .readOnly: words.append("/proc/sys read-only")
        case .absent: words.append("no /proc/sys")
        }
        let limiting: [(String, Int)] = [
            ("user.max_user_namespaces", 0), ("user.max_net_namespaces", 0), ("kernel.unprivileged_userns_clone", 0),
            ("kernel.apparmor_restrict_unprivileged_userns", 1),
        ]
        for (key, value) in limiting where place.integer(key) == value { words.append("\(key)=\(value)") }
        return words.isEmpty ? "nothing that could be seen" : words.joined(separator: ", ")
    }
}
