/// The delay before the next try: doubling, with jitter, so that many clients do not reconnect at once.
struct Backoff: Sendable {
    static let first = Duration.milliseconds(500)
    static let limit = Duration.seconds(30)

    private var ceiling = first

    /// Between half the current ceiling and the whole of it.
    mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let share = Double.random(in: 0.5...1, using: &random)
        defer { ceiling = min(ceiling * 2, Self.limit) }
        return ceiling * share
    }

    mutating func next() -> Duration {
        var random = SystemRandomNumberGenerator()
        return next(using: &random)
    }

    /// After a success the first wait is short again.
    mutating func reset() { ceiling = Self.first }
}
