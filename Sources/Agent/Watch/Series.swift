import MaintenanceAPI
import RelayAPI

/// What is watched for anomalies: a metric of the host, or how full one of its file systems is.
struct Series: Hashable, Sendable, Codable {
    /// Of more file systems the first ones by name are watched.
    static let maxFileSystemCount = 16

    let metric: Metric
    /// A mount point, for `diskUsedPercent` alone.
    var fileSystem: String?
}

extension Sample {
    /// What this reading says of each series.
    var watchedValues: [Series: Double] {
        var values: [Series: Double] = [:]
        for (metric, value) in metrics where metric.isIndependent && metric != .diskUsedPercent {
            values[Series(metric: metric)] = value
        }
        for fileSystem in fileSystems.watched {
            values[Series(metric: .diskUsedPercent, fileSystem: fileSystem.mountPoint)] =
                fileSystem.usedPercent
        }
        return values
    }
}

extension [Sample.FileSystem] {
    /// Those whose fill is watched and kept, in the order of their names.
    var watched: ArraySlice<Sample.FileSystem> {
        sorted { $0.mountPoint < $1.mountPoint }.prefix(Series.maxFileSystemCount)
    }
}

extension Metric {
    /// Whether it says something that no other does; load over longer times is the load once more, smoothed.
    var isIndependent: Bool { self != .load5 && self != .load15 }

    /// A change below this is noise to a person, however steady the series was.
    var smallestChangeThatMatters: Double {
        switch self {
        case .cpuBusyPercent, .memoryUsedPercent, .swapUsedPercent: 20
        case .cpuIOWaitPercent, .cpuPressurePercent, .memoryPressurePercent, .ioPressurePercent: 15
        case .diskUsedPercent: 5
        case .load1, .load5, .load15: 2
        case .diskReadBytesPerSecond, .diskWrittenBytesPerSecond: 20_000_000
        case .networkReceivedBytesPerSecond, .networkSentBytesPerSecond: 10_000_000
        case .processCount: 100
        case .relayQueuedMessages: 100
        case .relayAckLatencyMilliseconds: 500
        case .probeCPUPercent: 5
        }
    }

    /// Where a series is in trouble whatever is usual for it.
    var criticalAt: Double? {
        switch self {
        case .diskUsedPercent, .memoryUsedPercent: 95
        case .swapUsedPercent: 90
        case .memoryPressurePercent, .ioPressurePercent: 60
        default: nil
        }
    }
}

/// The metrics that were unusual in a reading: bit *n* stands for the *n*th metric, so new ones are added at the end.
struct AnomalyBits: Hashable, Sendable {
    private(set) var rawValue: Int64

    init(rawValue: Int64 = 0) { self.rawValue = rawValue }

    var metrics: [Metric] {
        Metric.allCases.enumerated().filter { rawValue >> $0.offset & 1 == 1 }.map(\.element)
    }

    mutating func insert(_ metric: Metric) {
        guard let index = Metric.allCases.firstIndex(of: metric) else { return }
        rawValue |= 1 << index
    }
}
