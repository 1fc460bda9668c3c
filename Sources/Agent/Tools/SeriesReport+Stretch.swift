import MaintenanceAPI

extension SeriesReport {
    /// How long a series was about as high as at its highest.
    struct Stretch: Hashable, Sendable {
        /// Milliseconds since 1970.
        let from, to: Int64
        let isOngoing: Bool
        /// The mean of what was seen before it; nil where it began with the window.
        let before: Double?

        var seconds: Double { Double(to - from) / 1000 }

        /// Nil where nothing stands out: the highest is no higher than what is usual.
        ///
        /// It is as long as the values lie above the lower limit of the gauge's rule, where the highest raises that; else
        /// above the middle between what is usual and the highest. One value below does not end it. Of several as high it is the
        /// last.
        init?(
            around points: [SeriesPoint], usual: ClosedRange<Double>?, rule: HealthRule?, margin: Double,
            step: Int64, end: Int64?
        ) {
            guard points.count >= 3,
                let peak = points.indices.reversed().max(by: { points[$0].max < points[$1].max })
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
            let (first, last) = (reaches(-1), reaches(1))
            from = points[first].at
            to = points[last].at + step
            isOngoing = last == points.count - 1 && end.map { $0 <= points[last].at + 2 * step } ?? true
            before = Self.mean(points[..<first])
        }

        private static func mean(_ points: ArraySlice<SeriesPoint>) -> Double? {
            let count = points.reduce(0) { $0 + $1.count }
            return count == 0 ? nil : points.reduce(0) { $0 + $1.mean * Double($1.count) } / Double(count)
        }
    }
}
