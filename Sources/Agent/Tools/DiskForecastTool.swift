import Foundation
import MaintenanceAPI

/// `get_disk_forecast`: when file systems will be full.
struct DiskForecastTool: Tool {
    let summary =
        "For each file system how full it is, how fast it fills, and in how many hours it will be full."
    let parameters = [Self.hours, Self.hoursAhead, Self.level]

    private static let hours = ToolParameter(
        "hours", "Over how many past hours the rate is taken.", 1...24, usual: 6)

    private static let hoursAhead = ToolParameter(
        "hours_ahead", "If set, how full each will be then is told too.", 0...720, usual: 0)

    private static let level = ToolParameter(
        "level_percent", "If set, when each will be so full, and what is above it.", anyNumber: true)

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let hours = try call.arguments.value(Self.hours)
        let ahead = try call.arguments.value(Self.hoursAhead)
        let level = try call.arguments.number(Self.level)
        guard let newest = try await call.database.newestSample() else { return .noData }
        let earlier = try await call.database.fillReadings(before: newest, hours: hours)
        let silences = try await MountSilence.all(in: newest, after: earlier, now: call.now, call.database)
        return ToolOutput(
            .diskForecast(
                ForecastResult(
                    newest, after: earlier, hoursAhead: ahead, level: level, silences, now: call.now,
                    &call.names)),
            from: earlier.first?.takenAt ?? newest.takenAt, to: newest.takenAt)
    }
}

struct ForecastResult: ResultPart {
    private static let maxCount = 8

    let fileSystems: [FileSystem]
    let leftOut: Int?
    let observedHours: Double?
    let levelPercent: Double?
    /// True or nil.
    let rateIsUnknown: Bool?

    init(
        _ newest: Sample, after earlier: [FillReading], hoursAhead: Int, level: Double?,
        _ silences: [String: MountSilence], now: Date,
        _ names: inout HostNames
    ) {
        let forecasts = DiskForecast.all(from: earlier, to: newest)
        fileSystems = forecasts.prefix(Self.maxCount).map { forecast in
            let fileSystem = newest.fileSystems.first { $0.mountPoint == forecast.mountPoint }
            return FileSystem(
                name: names.label(forecast.mountPoint, .filesystem),
                usedPercent: fileSystem?.usedPercent?.figure(), availableBytes: fileSystem?.availableBytes,
                growthBytesPerHour: forecast.growthBytesPerHour?.figure(0),
                fullInHours: forecast.fullInHours?.figure(),
                fullAtUTC: forecast.fullInHours.flatMap { utcText(now, hoursAhead: $0) },
                usedPercentThen: hoursAhead == 0
                    ? nil
                    : fileSystem.flatMap {
                        $0.usedPercent(in: hoursAhead, growing: forecast.growthBytesPerHour)
                    },
                grownBytes: fileSystem.flatMap { $0.grownBytes(since: earlier) },
                bytesAboveLevel: level.flatMap { fileSystem?.bytes(above: $0) },
                levelInHours: level.flatMap {
                    fileSystem?.hours(to: $0, growing: forecast.growthBytesPerHour)
                },
                silence: silences[forecast.mountPoint])
        }
        leftOut = forecasts.count.beyond(Self.maxCount)
        let span = earlier.first.map { Double(newest.takenAt - $0.takenAt) / 3_600_000 } ?? 0
        observedHours = span.figure(2)
        levelPercent = level
        rateIsUnknown = forecasts.contains { $0.growthBytesPerHour != nil } ? nil : true
    }

    struct FileSystem: ResultPart {
        let name: String
        let usedPercent: Double?
        let availableBytes: Int64?
        let growthBytesPerHour: Double?
        let fullInHours: Double?
        let fullAtUTC: String?
        let usedPercentThen: Double?
        /// How much more is used than in the oldest reading of those hours.
        let grownBytes: Int64?
        /// What has to go for it to be at the level; negative below it.
        let bytesAboveLevel: Int64?
        let levelInHours: Double?
        let silence: MountSilence?
    }
}

extension Sample.FileSystem {
    /// How full it will be at a rate in bytes per hour, 0 to 100.
    fileprivate func usedPercent(in hours: Int, growing rate: Double?) -> Double? {
        guard let rate, let totalBytes, let availableBytes, totalBytes > 0 else { return nil }
        let used = Double(totalBytes) - Double(availableBytes) + rate * Double(hours)
        return min(100, max(0, used / Double(totalBytes) * 100)).figure()
    }

    /// What users can use.
    private var capacity: Double? {
        usedBytes.flatMap { used in availableBytes.map { Double(used) + Double($0) } }
    }

    /// How much more is used than at a level in percent.
    fileprivate func bytes(above level: Double) -> Int64? {
        guard let usedBytes, let capacity else { return nil }
        return Int64(exactly: (Double(usedBytes) - capacity * level / 100).rounded())
    }

    /// When it will be at a level, at a rate in bytes per hour; nil where it goes the other way or is there.
    fileprivate func hours(to level: Double, growing rate: Double?) -> Double? {
        guard let rate, rate != 0, let above = bytes(above: level) else { return nil }
        let hours = -Double(above) / rate
        return hours > 0 ? hours.figure() : nil
    }

    fileprivate func grownBytes(since earlier: [FillReading]) -> Int64? {
        let before = earlier.lazy.compactMap { reading in
            reading.fileSystems.first { $0.mountPoint == mountPoint }?.usedBytes
        }.first
        return usedBytes.flatMap { used in before.map { used - $0 } }
    }
}
