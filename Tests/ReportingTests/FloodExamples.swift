import Model
import Oracle

/// Floods as records show them: a listener with a backlog of 128, SYNs for three seconds, and a client that calls every
/// 50 ms before, during and some time after.
enum FloodExamples {
    /// The queue is full until the first requests time out; who calls meanwhile waits for a later SYN.
    static let withoutCookies = digest(cookies: 0)
    static let withCookies = digest(cookies: 1)
    static let cookiesAlways = digest(cookies: 2)

    private static let flooded = Examples.window(1.4, 4.4)
    private static let end = 12.0
    /// When a SYN that is not answered is sent again.
    private static let repeats: [Double] = [1, 2, 3, 4, 5, 7, 11]

    static func digest(cookies: Int, freed: Double = 8.45, seed: UInt64 = 7) -> FloodDigest {
        var noise = Noise(state: seed)
        // From 0.2 s on, with a pause after the eightieth.
        let begins: [Double] = (0..<100).map { number in
            (number < 80 ? 0.2 : 5.3) + 0.05 * Double(number)
        }
        let calls = begins.map { (began: Double) -> FloodDigest.Call in
            let atOnce = 0.000_07 + 0.000_12 * noise.next() * noise.next()
            let isFull = cookies == 0 && began > 1.42 && began < freed
            let again = repeats.first { began + $0 > freed } ?? 11
            let lasted = isFull ? again + 0.02 * noise.next() : atOnce
            let hasEnded = began + lasted < end
            return FloodDigest.Call(
                began: Examples.seconds(began), lasted: hasEnded ? Examples.seconds(lasted) : nil,
                connected: hasEnded)
        }
        let halfOpen = (0...240).map { (number: Int) -> FloodDigest.Point in
            let at = 0.05 * Double(number)
            let isFilled = at >= 1.4 && cookies < 2
            let length = isFilled ? (at < freed ? 129 : 64) : 0
            return FloodDigest.Point(at: Examples.seconds(at), value: length)
        }
        return FloodDigest(
            listener: "web", flooded: flooded, offered: 60_000, arrived: 60_000, peak: cookies == 2 ? 0 : 129,
            cookiesSent: [0, 59_931, 60_100][cookies], cookiesReceived: [0, 60, 100][cookies],
            dropped: cookies == 0 ? 60_211 : 0, halfOpen: halfOpen, calls: calls, phases: phases(of: calls))
    }

    static func phases(of calls: [FloodDigest.Call]) -> [FloodDigest.Phase] {
        FloodDigest.Phase.Name.allCases.map { name in
            let own = calls.filter { call in
                switch name {
                case .before: call.began < flooded.from
                case .during: flooded.contains(call.began)
                case .after: call.began > flooded.to
                }
            }
            let times = own.filter(\.connected).compactMap(\.lasted).sorted()
            return FloodDigest.Phase(
                name: name, calls: own.count, prompt: own.count(where: \.isPrompt),
                connected: own.count(where: \.connected), median: times.isEmpty ? nil : times[times.count / 2],
                longest: times.last)
        }
    }

    /// One instance of `synflood` for each value of tcp_syncookies and each family.
    static let instances: [Judgement] = ["ipv4", "ipv6"].flatMap { family in
        (0...2).map { cookies in
            Judgement(
                instance: "synflood/\(family)/server:net.ipv4.tcp_syncookies=\(cookies)",
                summary: "60,000 SYNs in three seconds.", verdict: .pass, duration: .seconds(12), kernel: "6.18.0",
                flood: digest(cookies: cookies, freed: family == "ipv4" ? 8.45 : 8.6, seed: family == "ipv4" ? 7 : 8))
        }
    }

    /// Numbers from 0 to 1 that are the same in every run.
    private struct Noise {
        var state: UInt64

        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(UInt64(1) << 31)
        }
    }
}
