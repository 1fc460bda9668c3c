/// Decides how pings are answered, and limits the peer's control frames: a pure value.
///
/// While earlier output still waits for the peer, one pong is held back, for the newest ping (allowed by RFC 6455,
/// section 5.5.3): a peer that pings and does not read cannot make the output grow.
struct ControlFramePolicy: Sendable {
    private let burst: Double
    private let perSecond: Double
    private var tokens: Double
    private var countedAt: ContinuousClock.Instant?
    private(set) var heldPong: [UInt8]?

    init(burst: Int, perSecond: Int) {
        (self.burst, self.perSecond, tokens) = (Double(burst), Double(perSecond), Double(burst))
    }

    /// - Throws: 1008 if there are too many.
    mutating func count(at now: ContinuousClock.Instant) throws(WebSocketViolation) {
        if let countedAt {
            tokens = min(burst, tokens + countedAt.duration(to: now) / .seconds(1) * perSecond)
        }
        countedAt = now
        guard tokens >= 1 else { throw WebSocketViolation(1008, "too many control frames") }
        tokens -= 1
    }

    /// The pong to send now, if any.
    mutating func pinged(_ payload: [UInt8], isOutputWaiting: Bool) -> [UInt8]? {
        heldPong = isOutputWaiting ? payload : nil
        return isOutputWaiting ? nil : payload
    }

    /// Returns the held-back pong, once all output has been sent.
    mutating func drained() -> [UInt8]? {
        defer { heldPong = nil }
        return heldPong
    }
}
