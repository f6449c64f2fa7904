package import Model

extension Plan {
    /// An upper bound of the descriptors that a run of it holds at once; every connection has two ends here.
    package var descriptorNeed: Int {
        let interfaces = hosts.map(\.interfaces.count).reduce(0, +)
        // A tap: socket and file, and where it samples, the socket that counts the rest.
        let tap = (spoofing?.sampling ?? 1) > 1 ? 3 : 2
        let sockets = steps.map { descriptors(of: $0.action) }.reduce(0, +)
        // A host: its namespace, two netlink sockets, three files. A fault: program and map.
        return hosts.count * 8 + interfaces * tap + faults.count * 2 + sockets + 8
    }

    private func descriptors(of action: Action) -> Int {
        switch action {
        case .listen: 1
        case .connect(let connect): connect.series?.most ?? 1
        case .accept(let accept): accept.count ?? connects(to: accept.listener)
        // A packet socket, and the bell that rings at its end.
        case .inject: 2
        // A packet socket, kept to the end.
        case .replay: 1
        case .listenAgain, .send, .receive, .shutdown, .close, .fault, .set, .wait: 0
        }
    }

    /// How many connections may come to a listener. One that is bound to the wildcard address has those of its port.
    private func connects(to listener: String) -> Int {
        let addresses = steps.compactMap { step in
            if case .listen(let listen) = step.action, listen.socket == listener { listen.address } else { nil }
        }
        return steps.map { step in
            guard case .connect(let connect) = step.action,
                addresses.contains(where: { $0.port == connect.to.port && $0.address.admits(connect.to.address) })
            else { return 0 }
            return connect.series?.most ?? 1
        }.reduce(0, +)
    }
}

extension IPAddress {
    /// Whether what comes for that address comes to a listener at this one.
    fileprivate func admits(_ address: IPAddress) -> Bool { self == address || bytes.allSatisfy { $0 == 0 } }
}
