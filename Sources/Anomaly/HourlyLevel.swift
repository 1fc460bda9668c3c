/// The level and range of a series at each hour of the day or of the week, learnt from earlier ones.
///
/// An hour's values move a fraction of the way to each new observation, so that one unusual day changes little.
///
/// - Shape: 24 or 168 hours; nil until that hour (UTC) has been observed completely.
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
    /// Each hour of the week is rare, so it moves further each time.
    static let ofWeek = HourlyLevel(hourCount: 168, rate: 0.3)

    private init(hourCount: Int, rate: Double) {
        self.rate = rate
        hours = [Hour?](repeating: nil, count: hourCount)
    }

    /// The expectation for a time, before the reading at that time is known.
    ///
    /// - Parameter seconds: The time, since 1970.
    /// - Returns: The hour's values; nil until that hour has been observed completely.
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

    /// Also for times before 1970: the remainder is never negative.
    private func slot(of seconds: Int64) -> Int {
        let period = Int64(hours.count) * Self.secondsPerHour
        return Int((seconds % period + period) % period / Self.secondsPerHour)
    }
}

extension HourlyLevel.Hour {
    /// The distance of a value from the mean, plus its distance outside the hour's range.
    func surprise(of value: Double) -> Double { abs(value - mean) + max(value - greatest, least - value, 0) }

    fileprivate func moved(to other: Self, by share: Double) -> Self {
        func between(_ own: Double, _ new: Double) -> Double { own + share * (new - own) }
        return Self(
            mean: between(mean, other.mean), least: between(least, other.least),
            greatest: between(greatest, other.greatest))
    }
}
