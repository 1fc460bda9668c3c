/// The level of a series at each hour of the day, learnt from the days before.
///
/// An hour's level moves a tenth of the way to each new mean of that hour, so that one odd day changes little.
///
/// - Shape: 24 levels, absent where that hour (UTC) has not yet been seen to its end.
struct DailyLevel: Hashable, Sendable, Codable {
    private static let secondsPerDay: Int64 = 86_400
    private static let slotCount: Int64 = 24
    private static let rate = 0.1

    private var levels = [Double?](repeating: nil, count: Int(slotCount))
    private var slot: Int?
    private var sum = 0.0
    private var count = 0.0

    /// The level expected at a moment, before what is read then is known.
    ///
    /// - Parameter seconds: since 1970.
    /// - Returns: the level; absent for an hour that has not yet been seen to its end.
    func expected(at seconds: Int64) -> Double? { levels[Self.slot(of: seconds)] }

    mutating func add(_ value: Double, at seconds: Int64) {
        let now = Self.slot(of: seconds)
        if let slot, slot != now {
            let mean = sum / count
            levels[slot] = levels[slot].map { $0 + Self.rate * (mean - $0) } ?? mean
            (sum, count) = (0, 0)
        }
        slot = now
        sum += value
        count += 1
    }

    /// Of moments before 1970 too: the remainder is never negative.
    private static func slot(of seconds: Int64) -> Int {
        let second = (seconds % secondsPerDay + secondsPerDay) % secondsPerDay
        return Int(second * slotCount / secondsPerDay)
    }
}
