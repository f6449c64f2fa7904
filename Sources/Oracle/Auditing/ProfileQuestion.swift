/// Something that one wants to know of a set of sysctls, and the law that answers it.
package struct ProfileQuestion: Sendable {
    package var text: String
    /// As `Oracle.laws` names it.
    package var law: String
    /// `nil`: these sysctls, or what is known of the kernel, leave it open.
    package var figure: @Sendable (ServiceFigures) -> ServiceFigure?

    /// The questions, in the order of a connection's life. A new one is added here and nowhere else.
    package static let all: [ProfileQuestion] = [
        ProfileQuestion(text: "connect() to a dead host blocks for", law: SynRetransmission.description.name) {
            $0.deadHost.map { .lasts($0.lasts) }
        },
        ProfileQuestion(text: "SYNs that it sends", law: SynRetransmission.description.name) {
            $0.deadHost.map { .packets($0.syns) }
        },
        ProfileQuestion(text: "SYN+ACKs for a client that vanished", law: SynAckForecast.description.name) {
            $0.request.map { .packets($0.synAcks...$0.synAcks) }
        },
        ProfileQuestion(text: "its half-open connection is kept for", law: SynAckForecast.description.name) {
            $0.request.map { .lasts($0.lasts) }
        },
        ProfileQuestion(text: "in a queue that is over half full", law: HalfOpenForecast.description.name) {
            $0.request.map { .lasts($0.crowded) }
        },
        ProfileQuestion(text: "half-open connections, at most", law: HalfOpenForecast.description.name) { figures in
            figures.queues().map {
                .connections(
                    $0.halfOpenLimit, bytes: figures.bytes($0.halfOpenLimit, of: "request_sock_TCP"))
            }
        },
        ProfileQuestion(text: "the SYN after that", law: CookieForecast.description.name) { figures in
            figures.queues().map { .outcome($0.syncookies == .never ? "is dropped" : "gets a cookie") }
        },
        // A connection that nobody has accepted keeps its request.
        ProfileQuestion(text: "connections waiting for accept()", law: OverflowForecast.description.name) { figures in
            figures.acceptLimit.map { .connections($0, bytes: figures.bytes($0, of: "TCP", "request_sock_TCP")) }
        },
        ProfileQuestion(text: "the SYN after that", law: OverflowForecast.description.name) { figures in
            figures.acceptLimit.map { _ in .outcome("is dropped") }
        },
        ProfileQuestion(text: "a final ACK that finds it full", law: OverflowForecast.description.name) { figures in
            figures.number(PlannedListener.abortOnOverflow).map { .outcome($0 == 0 ? "is dropped" : "gets RST") }
        },
        ProfileQuestion(text: "sending to a dead peer fails after", law: RetransmissionForecast.description.name) {
            $0.silence(ofOrphan: false).map { .lasts($0) }
        },
        ProfileQuestion(text: "keepalive ends an idle one after", law: KeepaliveForecast.description.name) {
            $0.keepalive.map { .lasts($0) }
        },
        ProfileQuestion(text: "a FIN that gets lost is tried for", law: RetransmissionForecast.description.name) {
            $0.silence(ofOrphan: true).map { .lasts($0) }
        },
        ProfileQuestion(text: "FIN_WAIT_2 if the peer never closes", law: FinWait2Forecast.description.name) {
            $0.finWait2.map { .lasts($0) }
        },
        ProfileQuestion(text: "TIME_WAIT when it has closed", law: TimeWaitForecast.description.name) {
            .lasts($0.timeWait)
        },
        ProfileQuestion(text: "connections in TIME_WAIT, at most", law: TimeWaitForecast.description.name) { figures in
            figures.number(TimeWaitBuckets.limitKey).map {
                .connections($0, bytes: figures.bytes($0, of: "tw_sock_TCP"))
            }
        },
    ]
}
