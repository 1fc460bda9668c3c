import Foundation
import MaintenanceAPI
import Values

/// One series over a window, with every statistic of it. A pure function of its points.
struct SeriesReport: ResultPart {
    /// A value and when it was.
    struct Moment: Hashable, Sendable {
        let value: Double
        let at: Int64
    }

    /// How often and how long a threshold was crossed.
    struct Crossing: Hashable, Sendable {
        let isAbove: Bool
        let threshold: Double
        let times: Int
        let seconds: Double
        /// When the first and the last stretch beyond it began, and the last one ended.
        let firstAt, lastAt, endedAt: Int64?
        let isOngoing: Bool
    }

    let gauge: Gauge
    /// The label of a file system, disk or interface, where it is of one.
    let part: String?
    /// How busy each core was on average over the window, in percent; of the busiest core alone.
    let coreMeans: [Double]
    let window: WindowResult
    let now: Date
    /// In the newest reading, which may be after the window.
    let newest: Moment?
    let readingCount: Int
    /// How many seconds its points stand for.
    let seconds: Double
    let mean, median, p95, p99, first, last, total: Double?
    let percentile: Moment?
    let lowest, highest: Moment?
    /// The reading next to the middle of a window of two minutes, which stands around a moment.
    let middle: Moment?
    /// How often the host restarted, by its uptime.
    let restarts: Int?
    /// When it last became more, and by how much: for counts that only grow.
    let lastRise: Moment?
    /// Change per hour along a straight line, where the series follows one.
    let changePerHour: Double?
    /// The same by the minute; where the series follows no line, from its first to its last point.
    let changePerMinute: Double?
    /// Where the rise or fall began that goes on at the end of the window.
    let course: Moment?
    /// When a share that rises so reaches 100 %.
    let fullInHours: Double?
    let crossing: Crossing?
    /// When the threshold is reached, at the rate at which the series changes.
    let thresholdInHours: Double?
    /// From the 5th to the 95th percentile of the day before, or of the window where no history of days is kept; nil where
    /// too little was seen.
    let usual: ClosedRange<Double>?
    let usualOverHours: Double?
    /// How far the newest value lies above what is usual, negative below it.
    let beyondUsual: Double?
    /// Since when it has been above what is usual, without a break up to now.
    let aboveUsualSince: Int64?
    /// The stretch around its highest value in which it was about as high.
    let height: Stretch?
    /// All stretches as high as that, the oldest first.
    let heights: [Height]
    /// The one that goes on, where its newest value is about as high as its highest.
    let present: Stretch?
    /// The mean of the window that ended so many minutes earlier.
    let earlierMean: Double?
    /// The last reading of that window, where it is no longer than a minute.
    let earlierEnd: Moment?
    let earlierMinutesBack: Int?
    /// The mean of all readings, where they do not reach back so far.
    let meanSinceBeginning: Double?

    /// Its newest value as a share of the memory installed, where it is a part of that.
    let shareOfMemoryPercent: Double?

    /// What is asked beside the usual statistics.
    struct Wish: Hashable, Sendable {
        var percentile: Int?
        var isAbove = true
        var threshold: Double?
        var minutesBack: Int?
    }

    init(
        _ gauge: Gauge, _ points: [SeriesPoint], window: WindowResult, newest: Moment?, wish: Wish = Wish(),
        earlier: [SeriesPoint] = [], sinceBeginning: [SeriesPoint] = [], before: [SeriesPoint] = [],
        part: String? = nil, coreMeans: [Double] = [], memoryTotal: Int64? = nil, now: Date
    ) {
        self.gauge = gauge
        self.part = part
        self.coreMeans = coreMeans
        self.window = window
        self.now = now
        self.newest = newest
        shareOfMemoryPercent = memoryTotal.flatMap { total in
            let parts: [Gauge] = [.memoryCached, .memoryBuffers, .memoryFree, .memoryAvailable]
            guard total > 0, parts.contains(gauge) else { return nil }
            return newest.map { $0.value / Double(total) * 100 }
        }
        let count = points.reduce(0) { $0 + $1.count }
        readingCount = count
        let weighted = Self.weighted(points)
        mean = Self.mean(points)
        median = Self.percentile(50, weighted)
        p95 = Self.percentile(95, weighted)
        p99 = Self.percentile(99, weighted)
        percentile = wish.percentile.flatMap { wanted in
            Self.percentile(wanted, weighted).map { Moment(value: $0, at: Int64(wanted)) }
        }
        first = points.first?.mean
        last = points.last?.mean
        lowest = points.min { $0.min < $1.min }.map { Moment(value: $0.min, at: $0.at) }
        highest = points.max { $0.max < $1.max }.map { Moment(value: $0.max, at: $0.at) }
        middle = window.middle.flatMap { middle in
            window.windowMinutes > Self.maxMomentMinutes
                ? nil
                : points.min { abs($0.at - middle) < abs($1.at - middle) }
                    .map { Moment(value: $0.mean, at: $0.at) }
        }
        restarts = gauge == .uptime && !points.isEmpty ? Self.restarts(points) : nil
        // Of counts each rise is one; of what wavers a fifth of all change.
        let leastRise =
            gauge.traits.unit == .count
            ? 0
            : 0.2 * ((points.map(\.max).max() ?? 0) - (points.map(\.min).min() ?? 0))
        lastRise = Array(zip(points, points.dropFirst())).last {
            $1.mean > $0.mean && $1.mean - $0.mean >= leastRise
        }.map { Moment(value: $1.mean - $0.mean, at: $1.at) }
        let step = Self.step(points)
        let isRate = gauge.traits.unit == .bytesPerSecond || gauge.traits.unit == .perSecond
        // Readings at both ends stand for a minute more than the window has.
        let seconds = min(
            weighted.reduce(0) { $0 + $1.milliseconds } / 1000, Double(window.windowMinutes) * 60)
        self.seconds = seconds
        total = isRate ? mean.map { $0 * seconds } : nil
        let course = Self.course(points, margin: gauge.traits.metric?.traits.smallestChange ?? 0)
        // A rise that goes on tells more than what was before it.
        let slope =
            course.flatMap { course in Self.slope(points.filter { $0.at >= course.at }, leastMinutes: 3) }
            ?? Self.slope(points)
        self.course = course
        changePerHour = slope
        let minutes = points.first.map { Double((points.last?.at ?? $0.at) - $0.at) / 60_000 } ?? 0
        changePerMinute =
            slope.map { $0 / 60 }
            ?? (minutes > 0 ? points.last.map { ($0.mean - points[0].mean) / minutes } : nil)
        let isShare = gauge.traits.unit == .percent
        fullInHours = slope.flatMap { slope in
            guard isShare, slope > 0, let value = newest?.value ?? points.last?.mean, value < 100 else {
                return nil
            }
            return (100 - value) / slope
        }
        crossing = wish.threshold.map { Self.crossing(points, $0, isAbove: wish.isAbove, step: step) }
        thresholdInHours = wish.threshold.flatMap { threshold in
            guard let slope, slope != 0, let value = newest?.value ?? points.last?.mean else { return nil }
            let hours = (threshold - value) / slope
            return hours > 0 ? hours : nil
        }
        let values = before.map(\.mean).sorted()
        let seen =
            before.first.flatMap { first in before.last.map { Double($0.at - first.at) / 3_600_000 } } ?? 0
        let isEnough = seen >= Self.leastHours && values.count >= Self.leastCount
        usual =
            isEnough
            ? Self.percentile(5, values).flatMap { low in
                Self.percentile(95, values).map { low...max(low, $0) }
            } : nil
        usualOverHours = isEnough ? seen.rounded(to: 1) : nil
        beyondUsual = usual.flatMap { usual in
            newest.map { $0.value - min(max($0.value, usual.lowerBound), usual.upperBound) }
        }
        let margin = gauge.traits.metric?.traits.smallestChange ?? 0
        aboveUsualSince = usual.flatMap { usual in
            points.reversed().prefix { $0.max > usual.upperBound + margin }.last?.at
        }
        // While nobody knows what is usual, less stands out.
        let least = usual == nil ? margin / 4 : margin
        height = Stretch(
            around: points, usual: usual, rule: HealthRule.ofGauge[gauge], margin: least,
            step: Int64(step), end: newest?.at)
        heights = Self.heights(points, like: height, step: Int64(step), end: newest?.at)
        present = Stretch(
            around: points, usual: usual, rule: HealthRule.ofGauge[gauge], margin: margin,
            step: Int64(step), end: newest?.at, isNow: true)
        earlierMean = wish.minutesBack == nil ? nil : Self.mean(earlier)
        earlierEnd =
            window.windowMinutes > 1 || wish.minutesBack == nil
            ? nil : earlier.last.map { Moment(value: $0.mean, at: $0.at) }
        earlierMinutesBack = wish.minutesBack
        meanSinceBeginning = Self.mean(sinceBeginning)
    }

    /// In a longer window a moment is no single reading.
    private static let maxMomentMinutes = 2

    /// What is usual is known after half an hour and thirty readings.
    static let leastHours = 0.5
    static let leastCount = 30

    private typealias Weighted = (value: Double, milliseconds: Double)

    /// What is silent for longer is not known to have been as it is then.
    private static let maxGap = 60_000.0

    /// Each value with the time that it stands for, up to the point before: on a busy host readings come further apart.
    private static func weighted(_ points: [SeriesPoint]) -> [Weighted] {
        let step = step(points)
        let gaps = [step] + zip(points, points.dropFirst()).map { Double($1.at - $0.at) }
        var all = zip(points, gaps).map { ($0.mean, $1 > max(maxGap, 3 * step) ? step : $1) }
        // The last of what stands for many readings may have only begun.
        let counts = points.map(\.count).sorted()
        if let last = points.last, counts[counts.count / 2] > last.count {
            all[all.count - 1].1 *= Double(last.count) / Double(counts[counts.count / 2])
        }
        return all
    }

    static func mean(_ points: [SeriesPoint]) -> Double? {
        let weighted = weighted(points)
        let whole = weighted.reduce(0) { $0 + $1.milliseconds }
        return whole == 0 ? nil : weighted.reduce(0) { $0 + $1.value * $1.milliseconds } / whole
    }

    private static func percentile(_ percent: Int, _ points: [Weighted]) -> Double? {
        let rank = Double(percent) / 100 * points.reduce(0) { $0 + $1.milliseconds }
        let sorted = points.sorted { $0.value < $1.value }
        var sum = 0.0
        for point in sorted {
            sum += point.milliseconds
            // Sums of thirds are not exact.
            if sum >= rank - 1e-6 * rank { return point.value }
        }
        return sorted.last?.value
    }

    /// By the nearest rank.
    static func percentile(_ percent: Int, _ sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((Double(percent) / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(sorted.count, max(1, rank)) - 1]
    }

    /// How long a point stands for, in milliseconds: the usual distance of two.
    static func step(_ points: [SeriesPoint]) -> Double {
        let gaps = zip(points, points.dropFirst()).map { Double($1.at - $0.at) }.sorted()
        return gaps.isEmpty ? 10_000 : gaps[gaps.count / 2]
    }

    /// Least squares; nil where the points do not lie along a line, or it leads nowhere.
    private static func slope(_ points: [SeriesPoint], leastMinutes: Int64 = 10) -> Double? {
        guard points.count >= 10, let start = points.first?.at, let end = points.last?.at,
            end - start >= leastMinutes * 60_000
        else { return nil }
        let times = points.map { Double($0.at - start) / 3_600_000 }
        let values = points.map(\.mean)
        let (meanTime, meanValue) = (
            times.reduce(0, +) / Double(times.count), values.reduce(0, +) / Double(values.count)
        )
        var (covariance, varianceTime, varianceValue) = (0.0, 0.0, 0.0)
        for (time, value) in zip(times, values) {
            covariance += (time - meanTime) * (value - meanValue)
            varianceTime += (time - meanTime) * (time - meanTime)
            varianceValue += (value - meanValue) * (value - meanValue)
        }
        guard varianceTime > 0, varianceValue > 0 else { return nil }
        let fit = covariance * covariance / (varianceTime * varianceValue)
        let slope = covariance / varianceTime
        let isVisible = abs(slope) * (times.last ?? 0) >= max(0.05 * abs(meanValue), 1e-9)
        return fit >= (leastMinutes < 10 ? 0.9 : 0.7) && isVisible ? slope : nil
    }

    private static func crossing(
        _ points: [SeriesPoint], _ threshold: Double, isAbove: Bool, step: Double
    ) -> Crossing {
        var (times, seconds) = (0, 0.0)
        var firstAt: Int64?
        var (lastAt, endedAt): (Int64?, Int64?) = (nil, nil)
        var wasBeyond = false
        for (point, weight) in zip(points, weighted(points)) {
            // Above nothing is more than that.
            let isBeyond =
                isAbove ? threshold == 0 ? point.max > 0 : point.max >= threshold : point.min <= threshold
            if isBeyond {
                seconds += weight.milliseconds / 1000
                if !wasBeyond {
                    times += 1
                    firstAt = firstAt ?? point.at
                    lastAt = point.at
                }
                endedAt = point.at + Int64(step)
            }
            wasBeyond = isBeyond
        }
        return Crossing(
            isAbove: isAbove, threshold: threshold, times: times, seconds: seconds, firstAt: firstAt,
            lastAt: lastAt,
            endedAt: endedAt, isOngoing: wasBeyond)
    }

    var fullAtUTC: String? { fullInHours.flatMap { utcText(now, hoursAhead: $0) } }

    /// How much of the time that its points stand for the threshold was crossed.
    var sharePercentBeyond: Double? {
        seconds > 0 ? crossing.map { min(1, $0.seconds / seconds) * 100 } : nil
    }

    /// How much more it is at the end of the window than at its beginning.
    var change: Double? { first.flatMap { first in last.map { $0 - first } } }

    func age(_ at: Int64) -> Double { (max(0, now.timeIntervalSince1970 - Double(at) / 1000)).rounded() }
}
