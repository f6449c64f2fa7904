import Model

extension Action {
    /// The socket that it makes; of a series the name that stands for all of it.
    var makes: String? {
        switch self {
        case .listen(let listen): listen.socket
        case .connect(let connect): connect.socket
        case .accept(let accept): accept.socket
        case .listenAgain, .send, .receive, .shutdown, .close, .inject, .replay, .fault, .set, .wait: nil
        }
    }

    /// The sockets that must be there for it; for `c#2` of a series also `c`.
    var uses: Set<String> {
        guard let name = used else { return [] }
        return [name, String(name.prefix { $0 != "#" })]
    }

    /// Whether it does something to a socket, and does not wait for it.
    var acts: Bool { if case .wait = self { false } else { true } }

    private var used: String? {
        switch self {
        case .listenAgain(let again): again.socket
        case .accept(let accept): accept.listener
        case .send(let send): send.socket
        case .receive(let receive): receive.socket
        case .shutdown(let shutdown): shutdown.socket
        case .close(let close): close.socket
        case .wait(let wait): wait.until.socket
        case .inject(let inject): inject.sequenceOf
        case .replay(let replay): replay.connection
        case .listen, .connect, .fault, .set: nil
        }
    }
}

extension Wait.Condition {
    /// Whose state is waited for.
    fileprivate var socket: String? {
        switch self {
        case .call(let socket), .state(let socket, _): socket
        case .queue(let listener, _, _): listener
        case .duration, .packets: nil
        }
    }
}
