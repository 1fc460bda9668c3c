import MaintenanceAPI

/// Watches all series of a host: 16 metrics and up to 16 file systems. A pure value of bounded size.
struct HostWatch: Hashable, Sendable, Codable {
    static let maxSeriesCount = 48
    /// A series that is not seen for so long is forgotten.
    private static let patienceMilliseconds: Int64 = 24 * 3600 * 1000
    /// This many consecutive readings older than the newest one mean that the clock was set back.
    private static let clockProof = 30

    private struct Watched: Hashable, Sendable, Codable {
        var watch: SeriesWatch
        var seenAt: Int64
    }

    private var watched: [Series: Watched] = [:]
    /// When the newest reading was taken, milliseconds since 1970.
    private(set) var newestAt: Int64 = .min
    private var lastAt: Int64 = .min
    private var ascendingCount = 0

    var seriesCount: Int { watched.count }

    /// What is unusual in a reading.
    ///
    /// A reading older than the newest one, as after an outage, is compared with the limits only: what was
    /// usual at its time is no longer known.
    mutating func observe(_ sample: Sample) -> [Series: UnusualReading] {
        let values = sample.watchedValues
        guard isNext(sample.takenAt) else {
            return values.filter { $0.key.metric.isCritical($0.value) }.mapValues(
                UnusualReading.init(critical:))
        }
        watched = watched.filter { newestAt - $0.value.seenAt < Self.patienceMilliseconds }
        var unusual: [Series: UnusualReading] = [:]
        for (series, value) in values {
            var own = watched[series] ?? Watched(watch: SeriesWatch(series.metric), seenAt: newestAt)
            guard watched[series] != nil || watched.count < Self.maxSeriesCount else { continue }
            // Moved out while it changes, so that its arrays are not copied.
            watched[series] = nil
            own.seenAt = newestAt
            unusual[series] = own.watch.observe(value, at: newestAt)
            watched[series] = own
        }
        return unusual
    }

    private mutating func isNext(_ takenAt: Int64) -> Bool {
        ascendingCount = takenAt <= newestAt && takenAt > lastAt ? ascendingCount + 1 : 0
        lastAt = takenAt
        guard takenAt > newestAt || ascendingCount >= Self.clockProof else { return false }
        newestAt = takenAt
        return true
    }
}

extension UnusualReading {
    fileprivate init(critical value: Double) {
        self.init(value: value, usual: nil, isOfHour: false, reason: nil, isCritical: true)
    }
}
