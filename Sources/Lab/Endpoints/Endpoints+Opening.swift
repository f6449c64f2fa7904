import Glibc
import Kernel
import Model

extension Endpoints {
    /// - Parameter many: the series that the socket is one of.
    func open(
        _ name: String, on host: String, _ family: Family, _ options: [SocketOption], _ origin: SourceLocation?,
        of many: ConnectSeries? = nil
    ) throws -> Endpoint {
        guard endpoints[name] == nil else { throw EndpointError("there is a socket \(name) already") }
        let place = try self.host(host)
        let socket = try many?.socket(in: place, family) ?? place.visit { try StreamSocket(family) }
        let endpoint = Endpoint(name, host: host, socket: socket)
        for option in options {
            guard let entry = SocketOptionTable.entry(option.name) else {
                throw LabError.unsupported(feature: option.name, reason: "tcpfault knows no socket option of that name")
            }
            try set(option, entry, on: endpoint, origin)
        }
        endpoints[name] = endpoint
        return endpoint
    }

    private func set(
        _ option: SocketOption, _ entry: SocketOptionTable.Entry, on endpoint: Endpoint, _ origin: SourceLocation?
    ) throws {
        let attempt = "set \(option.name)=\(option.value) on \(endpoint.name)"
        do {
            try endpoint.socket.set(entry.level, entry.number, Int32(clamping: option.value), attempt)
        } catch {
            switch error.errno {
            case ENOPROTOOPT: throw LabError.unsupported(feature: option.name, reason: "\(error)")
            case EINVAL:
                throw LabError.optionRefused(
                    socket: endpoint.name, option: option.name, value: option.value, errno: error.symbol,
                    message: String(cString: strerror(error.errno)), origin: origin)
            default: throw error
            }
        }
    }
}
