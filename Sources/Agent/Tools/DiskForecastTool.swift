import MaintenanceAPI

/// `get_disk_forecast`: when file systems will be full.
struct DiskForecastTool: Tool {
    let summary =
        "For each file system how full it is, how fast it fills, and in how many hours it will be full."
    let parameters = [Self.hours, Self.hoursAhead]

    private static let hours = ToolParameter(
        "hours", "Over how many past hours the rate is taken.", 1...24, usual: 6)

    private static let hoursAhead = ToolParameter(
        "hours_ahead", "If set, how full each will be then is told too.", 0...720, usual: 0)

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let hours = try call.arguments.value(Self.hours)
        let ahead = try call.arguments.value(Self.hoursAhead)
        guard let newest = try await call.database.newestSample() else { return .noData }
        let earlier = try await call.database.fillReadings(before: newest, hours: hours)
        return ToolOutput(
            .diskForecast(ForecastResult(newest, after: earlier, hoursAhead: ahead, &call.names)),
            from: earlier.first?.takenAt ?? newest.takenAt, to: newest.takenAt)
    }
}

struct ForecastResult: ResultPart {
    private static let maxCount = 8

    let fileSystems: [FileSystem]
    let leftOut: Int?
    let observedHours: Double?
    /// True or nil.
    let rateIsUnknown: Bool?

    init(_ newest: Sample, after earlier: [FillReading], hoursAhead: Int, _ names: inout HostNames) {
        let forecasts = DiskForecast.all(from: earlier, to: newest)
        fileSystems = forecasts.prefix(Self.maxCount).map { forecast in
            let fileSystem = newest.fileSystems.first { $0.mountPoint == forecast.mountPoint }
            return FileSystem(
                name: names.label(forecast.mountPoint, .filesystem),
                usedPercent: fileSystem?.usedPercent?.figure(), availableBytes: fileSystem?.availableBytes,
                growthBytesPerHour: forecast.growthBytesPerHour?.figure(0),
                fullInHours: forecast.fullInHours?.figure(),
                usedPercentThen: hoursAhead == 0
                    ? nil
                    : fileSystem.flatMap {
                        $0.usedPercent(in: hoursAhead, growing: forecast.growthBytesPerHour)
                    })
        }
        leftOut = forecasts.count.beyond(Self.maxCount)
        let span = earlier.first.map { Double(newest.takenAt - $0.takenAt) / 3_600_000 } ?? 0
        observedHours = span.figure(2)
        rateIsUnknown = forecasts.contains { $0.growthBytesPerHour != nil } ? nil : true
    }

    struct FileSystem: ResultPart {
        let name: String
        let usedPercent: Double?
        let availableBytes: Int64?
        let growthBytesPerHour: Double?
        let fullInHours: Double?
        let usedPercentThen: Double?
    }
}

extension Sample.FileSystem {
    /// How full it will be at a rate in bytes per hour, 0 to 100.
    fileprivate func usedPercent(in hours: Int, growing rate: Double?) -> Double? {
        guard let rate, let totalBytes, let availableBytes, totalBytes > 0 else { return nil }
        let used = Double(totalBytes) - Double(availableBytes) + rate * Double(hours)
        return min(100, max(0, used / Double(totalBytes) * 100)).figure()
    }
}
