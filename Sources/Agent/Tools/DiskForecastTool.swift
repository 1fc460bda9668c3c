import MaintenanceAPI

/// `get_disk_forecast`: when file systems will be full.
struct DiskForecastTool: Tool {
    let summary =
        "For each file system how full it is, how fast it fills, and in how many hours it will be full."
    let parameters = [Self.hours]

    private static let hours = ToolParameter(
        "hours", "Over how many past hours the rate is taken.", 1...24, usual: 6)

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let hours = try call.arguments.value(Self.hours)
        guard let newest = try await call.database.newestSample() else { return .noData }
        let earlier = try await call.database.fillReadings(before: newest, hours: hours)
        return ToolOutput(
            .diskForecast(ForecastResult(newest, after: earlier, &call.names)),
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

    init(_ newest: Sample, after earlier: [FillReading], _ names: inout HostNames) {
        let forecasts = DiskForecast.all(from: earlier, to: newest)
        fileSystems = forecasts.prefix(Self.maxCount).map { forecast in
            let fileSystem = newest.fileSystems.first { $0.mountPoint == forecast.mountPoint }
            return FileSystem(
                name: names.label(forecast.mountPoint, .filesystem),
                usedPercent: fileSystem?.usedPercent?.figure(), availableBytes: fileSystem?.availableBytes,
                growthBytesPerHour: forecast.growthBytesPerHour?.figure(0),
                fullInHours: forecast.fullInHours?.figure())
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
    }
}
