import MaintenanceAPI

extension SeriesReport {
    /// How often an uptime begins anew. A point may stand for an hour, in which a restart leaves its lowest value behind.
    static func restarts(_ points: [SeriesPoint]) -> Int {
        guard var level = points.first?.max else { return 0 }
        var count = 0
        for point in points.dropFirst() {
            let isAnew = point.min < level - 60
            if isAnew { count += 1 }
            level = isAnew ? point.min : point.max
        }
        return count
    }

    /// Without the stretch that stands out and goes on at the end.
    static func withoutHeight(_ points: [SeriesPoint]) -> [SeriesPoint] {
        let step = Int64(step(points))
        guard let height = Stretch(around: points, usual: nil, rule: nil, margin: 0, step: step, end: nil),
            height.isOngoing
        else { return points }
        return points.filter { $0.at < height.from }
    }

    /// Where the rise or fall began that goes on at the end: the last point that is as low, or as high, as all before, within
    /// a tenth of the whole change. Nil where nothing changes by more than `margin` and a tenth of its mean.
    static func course(_ points: [SeriesPoint], margin: Double) -> Moment? {
        guard points.count >= 5, let last = points.last?.mean else { return nil }
        let means = points.map(\.mean)
        guard let low = means.min(), let high = means.max() else { return nil }
        let least = max(margin, 0.1 * abs(means.reduce(0, +) / Double(means.count)), 1e-9)
        guard high - low > least else { return nil }
        let isUp = last - low >= high - last
        let end = isUp ? low + (high - low) / 10 : high - (high - low) / 10
        // What has already turned around does not go on.
        guard isUp ? last >= high - (high - low) / 4 : last <= low + (high - low) / 4,
            var start = means.lastIndex(where: { isUp ? $0 <= end : $0 >= end })
        else { return nil }
        // Back to where it was lowest, or highest, just before.
        while start > 0, isUp ? means[start - 1] < means[start] : means[start - 1] > means[start] {
            start -= 1
        }
        return Moment(value: means[start], at: points[start].at)
    }

    /// How long a series was about as high as at its highest.
    struct Stretch: Hashable, Sendable {
        /// Milliseconds since 1970.
        let from, to: Int64
        let isOngoing: Bool
        /// The mean of what was seen before it; nil where it began with the window.
        let before: Double?
        /// When it was at its highest, in the middle of all that is as high as that.
        let top: Int64
        /// From which value on it is as high.
        let limit: Double

        var seconds: Double { Double(to - from) / 1000 }

        /// Nil where nothing stands out: the highest is no higher than what is usual.
        ///
        /// It is as long as the values lie above the lower limit of the gauge's rule, where the highest raises that; else
        /// above the middle between what is usual and the highest. One value below does not end it. Of several as high it is the
        /// last.
        ///
        /// Of `isNow` it is the one at the end, where the last value is as high as that.
        init?(
            around points: [SeriesPoint], usual: ClosedRange<Double>?, rule: HealthRule?, margin: Double,
            step: Int64, end: Int64?, isNow: Bool = false
        ) {
            guard points.count >= 3,
                var peak = points.indices.reversed().max(by: { points[$0].max < points[$1].max })
            else { return nil }
            let highest = points[peak].max
            let sorted = points.map(\.mean).sorted()
            let base = min(sorted[sorted.count / 2], usual?.upperBound ?? .infinity, highest)
            let low = base < highest ? base : sorted[0]
            var limit = (low + highest) / 2
            if let rule, highest >= rule.raisesAt, low < rule.clearsBelow { limit = rule.clearsBelow }
            guard highest > low + max(margin, 0.2 * abs(low), 1e-9) else { return nil }
            func reaches(_ direction: Int) -> Int {
                var (last, index) = (peak, peak + direction)
                while points.indices.contains(index), abs(index - last) <= 2 {
                    if points[index].max >= limit { last = index }
                    index += direction
                }
                return last
            }
            if isNow {
                // Since when it is as it is now, however high it was before.
                let last = points[points.count - 1].max
                limit = min(limit, (low + last) / 2)
                guard last > low + max(margin, 0.2 * abs(low), 1e-9) else { return nil }
                peak = points.count - 1
            }
            let (first, last) = (reaches(-1), reaches(1))
            from = points[first].at
            to = points[last].at + step
            isOngoing = last == points.count - 1 && end.map { $0 <= points[last].at + 2 * step } ?? true
            before = SeriesReport.mean(Array(points[..<first]))
            let tops = (first...last).filter { points[$0].max >= 0.98 * points[peak].max }
            top = points[tops.isEmpty ? peak : tops[tops.count / 2]].at
            self.limit = limit
        }
    }

    /// One of several times at which a series was about as high as at its highest.
    struct Height: Hashable, Sendable {
        /// Milliseconds since 1970.
        let from, to: Int64
        let highest: Moment
        let isOngoing: Bool
    }

    /// All stretches as high as the one that stands out, the oldest first. One value below does not end one.
    static func heights(_ points: [SeriesPoint], like stretch: Stretch?, step: Int64, end: Int64?) -> [Height]
    {
        guard let stretch else { return [] }
        var runs: [ClosedRange<Int>] = []
        for index in points.indices where points[index].max >= stretch.limit {
            if let run = runs.last, index - run.upperBound <= 2 {
                runs[runs.count - 1] = run.lowerBound...index
            } else {
                runs.append(index...index)
            }
        }
        return runs.map { run in
            // In the middle of all that is as high as the highest.
            let most = points[run].map(\.max).max() ?? stretch.limit
            let tops = run.filter { points[$0].max >= 0.98 * most }
            let last = points[run.upperBound].at
            return Height(
                from: points[run.lowerBound].at, to: last + step,
                highest: Moment(value: most, at: points[tops[tops.count / 2]].at),
                isOngoing: run.upperBound == points.count - 1 && end.map { $0 <= last + 2 * step } ?? true)
        }
    }
}
