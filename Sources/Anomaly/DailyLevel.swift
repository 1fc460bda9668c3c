/// The level and range of a series at each hour of the day, learnt from the days before.
///
/// An hour's figures move a tenth of the way to each new one's, so that one odd day changes little.
///
/// - Shape: 24 hours, absent where that hour (UTC) has not yet been seen to its end.
struct DailyLevel: Hashable, Sendable, Codable {
    struct Hour: Hashable, Sendable, Codable {
        var mean: Double
        var least: Double
        var greatest: Double
    }

    private static let secondsPerDay: Int64 = 86_400
    private static let slotCount: Int64 = 24
    private static let rate = 0.1

    private var hours = [Hour?](repeating: nil, count: Int(slotCount))
    private var slot: Int?
    private var sum = 0.0
    private var count = 0.0
    private var readings = RecentSpread(stride: 3)

    /// What is expected at a moment, before what is read then is known.
    ///
    /// - Parameter seconds: since 1970.
    /// - Returns: the figures; absent for an hour that has not yet been seen to its end.
    func expected(at seconds: Int64) -> Hour? { hours[Self.slot(of: seconds)] }

    mutating func add(_ value: Double, at seconds: Int64) {
        let now = Self.slot(of: seconds)
        if let slot, slot != now, let range = readings.usualRange {
            let seen = Hour(mean: sum / count, least: range.lowerBound, greatest: range.upperBound)
            hours[slot] = hours[slot]?.moved(to: seen, by: Self.rate) ?? seen
            (sum, count, readings) = (0, 0, RecentSpread(stride: 3))
        }
        slot = now
        sum += value
        count += 1
        readings.add(value)
    }

    /// Of moments before 1970 too: the remainder is never negative.
    private static func slot(of seconds: Int64) -> Int {
        let second = (seconds % secondsPerDay + secondsPerDay) % secondsPerDay
        return Int(second * slotCount / secondsPerDay)
    }
}

extension DailyLevel.Hour {
    fileprivate func moved(to other: Self, by share: Double) -> Self {
        func between(_ own: Double, _ new: Double) -> Double { own + share * (new - own) }
        return Self(
            mean: between(mean, other.mean), least: between(least, other.least),
            greatest: between(greatest, other.greatest))
    }
}
