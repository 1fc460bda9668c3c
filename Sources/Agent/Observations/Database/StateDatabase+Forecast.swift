import Anomaly
import Database
import Foundation
import MaintenanceAPI

/// How full file systems were at one time: what a forecast needs from a reading.
struct FillReading: Hashable, Sendable, Decodable {
    let takenAt: Int64
    let fileSystems: [Sample.FileSystem]
}

extension StateDatabase {
    /// The default span over which growth is measured.
    static let usualForecastHours = 6
    /// The number of readings examined, evenly spread, whatever the number of hours.
    private static let fillReadingCount: Int64 = 24

    /// When file systems will be full, if they go on as over the last hours; the fullest first.
    package func diskForecasts(after newest: Sample, hours: Int = usualForecastHours) async throws
        -> [DiskForecast]
    {
        DiskForecast.all(from: try await fillReadings(before: newest, hours: hours), to: newest)
    }

    /// Readings of the hours before the newest one, evenly spread over what there is of them, oldest first.
    func fillReadings(before newest: Sample, hours: Int) async throws -> [FillReading] {
        let end = newest.takenAt
        let readings: [(takenAt: Int64, fileSystems: String?)] = try await file.read { database in
            try Self.spread(
                "json_extract(CAST(sample AS TEXT), '$.fileSystems')",
                over: end - Int64(hours) * 3_600_000..<end,
                Self.fillReadingCount, database
            ) { row in (try row[0], try row[1]) }
        }
        let decoder = JSONDecoder()
        return try readings.map { takenAt, json in
            FillReading(
                takenAt: takenAt,
                fileSystems: try decoder.decode([Sample.FileSystem].self, from: Data((json ?? "[]").utf8)))
        }
    }
}

extension DiskForecast {
    /// Over less than half an hour one large file decides the rate.
    static let minHours = 0.5

    static func all(from earlier: [FillReading], to newest: Sample) -> [DiskForecast] {
        let hours = earlier.first.map { Double(newest.takenAt - $0.takenAt) / 3_600_000 } ?? 0
        return newest.fileSystems
            .sorted { ($0.usedPercent ?? 0) > ($1.usedPercent ?? 0) }
            .map { fileSystem in
                let before = hours >= minHours ? earlier : []
                return DiskForecast(fileSystem, before: before, at: newest.takenAt)
            }
    }

    private init(_ fileSystem: Sample.FileSystem, before: [FillReading], at milliseconds: Int64) {
        var forecast = FillForecast()
        for reading in before {
            let own = reading.fileSystems.first { $0.mountPoint == fileSystem.mountPoint }
            if let used = own?.usedBytes { forecast.add(Double(used), at: reading.takenAt / 1000) }
        }
        var hoursLeft: Double?
        if let used = fileSystem.usedBytes {
            forecast.add(Double(used), at: milliseconds / 1000)
            let capacity = fileSystem.availableBytes.map { Double(used) + Double($0) }
            hoursLeft = capacity.flatMap { forecast.secondsUntilFull(capacity: $0) }.map { $0 / 3600 }
        }
        self.init(
            mountPoint: fileSystem.mountPoint, growthBytesPerHour: forecast.rate.map { $0 * 3600 },
            fullInHours: hoursLeft)
    }
}
