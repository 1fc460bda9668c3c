/// The level and range of a series at each hour of the day, or of the week, learnt from those before.
///
/// An hour's figures move a part of the way to each new one's, so that one odd day changes little.
///
/// - Shape: 24 or 168 hours, absent where that hour (UTC) has not yet been seen to its end.
struct HourlyLevel: Hashable, Sendable, Codable {
    struct Hour: Hashable, Sendable, Codable {
        var mean: Double
        var least: Double
        var greatest: Double
    }

    private static let secondsPerHour: Int64 = 3600

    private let rate: Double
    private var hours: [Hour?]
    private var slot: Int?
    private var sum = 0.0
    private var count = 0.0
    private var readings = RecentSpread(stride: 3)

    static let ofDay = HourlyLevel(hourCount: 24, rate: 0.1)
    /// An hour of the week comes rarely, so it moves further each time.
    static let ofWeek = HourlyLevel(hourCount: 168, rate: 0.3)

    private init(hourCount: Int, rate: Double) {
        self.rate = rate
        hours = [Hour?](repeating: nil, count: hourCount)
    }

    /// What is expected at a moment, before what is read then is known.
    ///
    /// - Parameter seconds: since 1970.
    /// - Returns: the figures; absent for an hour that has not yet been seen to its end.
    func expected(at seconds: Int64) -> Hour? { hours[slot(of: seconds)] }

    mutating func add(_ value: Double, at seconds: Int64) {
        let now = slot(of: seconds)
        if let slot, slot != now, let range = readings.usualRange {
            let seen = Hour(mean: sum / count, least: range.lowerBound, greatest: range.upperBound)
            hours[slot] = hours[slot]?.moved(to: seen, by: rate) ?? seen
            (sum, count, readings) = (0, 0, RecentSpread(stride: 3))
        }
        slot = now
        sum += value
        count += 1
        readings.add(value)
    }

    /// Of moments before 1970 too: the remainder is never negative.
    private func slot(of seconds: Int64) -> Int {
        let period = Int64(hours.count) * Self.secondsPerHour
        return Int((seconds % period + period) % period / Self.secondsPerHour)
    }
}

extension HourlyLevel.Hour {
    /// How far from the mean a value is, and once more how far outside the hour's range.
    func surprise(of value: Double) -> Double { abs(value - mean) + max(value - greatest, least - value, 0) }

    fileprivate func moved(to other: Self, by share: Double) -> Self {
        func between(_ own: Double, _ new: Double) -> Double { own + share * (new - own) }
        return Self(
            mean: between(mean, other.mean), least: between(least, other.least),
            greatest: between(greatest, other.greatest))
    }
}
