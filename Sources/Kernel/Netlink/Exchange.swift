import CLinux
import Glibc

/// What becomes of a request: takes every message that arrives until the exchange has its end.
struct Exchange {
    enum Outcome: Equatable {
        case unfinished
        /// A dump during which the tables changed (NLM_F_DUMP_INTR): to be asked for again.
        case disturbed
        case replies([NetlinkMessage])
    }

    private let request: NetlinkRequest
    private let attempt: String
    private let sequence: UInt32
    private let port: UInt32
    private var replies: [NetlinkMessage] = []
    private var isDisturbed = false

    init(_ request: NetlinkRequest, _ attempt: String, sequence: UInt32, port: UInt32) {
        self.request = request
        self.attempt = attempt
        self.sequence = sequence
        self.port = port
    }

    /// Passes over what does not bear the request's sequence number and port: the rest of an exchange that was given
    /// up. Throws the kernel's refusal.
    mutating func take(_ message: NetlinkMessage) throws(KernelError) -> Outcome {
        guard message.sequence == sequence, message.port == port else { return .unfinished }
        isDisturbed = isDisturbed || message.isInterrupted
        switch Int32(message.type) {
        case NLMSG_NOOP: return .unfinished
        case NLMSG_OVERRUN: throw KernelError(attempt, errno: EOVERFLOW)
        case NLMSG_ERROR, NLMSG_DONE:
            let answer = Acknowledgement(message, of: request)
            guard answer.errno == 0 else {
                throw KernelError(attempt, errno: answer.errno, kernelSays: answer.words)
            }
            return isDisturbed ? .disturbed : .replies(replies)
        default:
            replies.append(message)
            return .unfinished
        }
    }
}
