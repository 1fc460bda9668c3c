import Foundation
import MaintenanceAPI

extension StateDatabase {
    /// Over how long the growth is taken where nobody says.
    static let usualForecastHours = 6

    /// When file systems will be full, if they go on as over the last hours; the fullest first.
    package func diskForecasts(after newest: Sample, hours: Int = usualForecastHours) async throws
        -> [DiskForecast]
    {
        let earliest = Date(milliseconds: newest.takenAt).addingTimeInterval(-Double(hours) * 3600)
        return DiskForecast.all(from: try await oldestSample(after: earliest), to: newest)
    }
}

extension DiskForecast {
    /// Over less than ten minutes one log rotation decides the rate.
    static let minHours = 1.0 / 6

    static func all(from older: Sample?, to newest: Sample) -> [DiskForecast] {
        let hours = older.map { Double(newest.takenAt - $0.takenAt) / 3_600_000 } ?? 0
        return newest.fileSystems
            .sorted { ($0.usedPercent ?? 0) > ($1.usedPercent ?? 0) }
            .map { fileSystem in
                let before = older?.fileSystems.first { $0.mountPoint == fileSystem.mountPoint }?.usedBytes
                return DiskForecast(fileSystem, usedBefore: hours >= minHours ? before : nil, hours: hours)
            }
    }

    private init(_ fileSystem: Sample.FileSystem, usedBefore: Int64?, hours: Double) {
        var growth: Double?
        if let usedBefore, let usedNow = fileSystem.usedBytes {
            growth = (Double(usedNow) - Double(usedBefore)) / hours
        }
        var hoursLeft: Double?
        if let growth, growth > 0, let available = fileSystem.availableBytes {
            hoursLeft = Double(available) / growth
        }
        self.init(mountPoint: fileSystem.mountPoint, growthBytesPerHour: growth, fullInHours: hoursLeft)
    }
}
