import MaintenanceAPI

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
        for (metric, value) in metrics where metric.traits.isIndependent && metric != .diskUsedPercent {
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
    /// Those whose fill is watched and kept: the fullest.
    var watched: ArraySlice<Sample.FileSystem> {
        sorted { (-($0.usedPercent ?? -1), $0.mountPoint) < (-($1.usedPercent ?? -1), $1.mountPoint) }.prefix(
            Series.maxFileSystemCount)
    }
}

/// The metrics that were unusual in a reading, each by its bit.
struct AnomalyBits: Hashable, Sendable {
    private(set) var rawValue: Int64

    init(rawValue: Int64 = 0) { self.rawValue = rawValue }

    var metrics: [Metric] { Metric.allCases.filter { rawValue >> $0.traits.bit & 1 == 1 } }

    mutating func insert(_ metric: Metric) { rawValue |= 1 << metric.traits.bit }
}
