import Foundation
import MaintenanceAPI

/// `get_recent_status_history`: how the series went.
struct HistoryTool: Tool {
    let definition = ToolDefinition(
        name: "get_recent_status_history",
        summary:
            "How CPU, load, memory, disks, network and pressure went over the last minutes: mean, min and max of the "
            + "whole window, and about 12 points in time.",
        parameters: .schema(ToolWindow.properties))

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        let window = try ToolWindow(arguments, now: state.now)
        let points = try await state.database.points(
            from: window.from, to: window.to, resolutionSeconds: window.resolutionSeconds)
        guard let first = points.first, let last = points.last else { return .noData }
        let lastEnd = last.at + Int64(window.resolutionSeconds) * 1000
        return ToolOutput(
            result: window.fields(
                [
                    "oom_kills": .figure(try await Self.oomKills(in: window, state.database)),
                    "series": .fields(
                        Dictionary(
                            uniqueKeysWithValues: Metric.allCases.filter(\.traits.isIndependent).map {
                                ($0.traits.field, Self.series($0, points))
                            })),
                    "points": .array(points.map(Self.point)),
                ], readingsBegin: try await state.database.beginning()), from: first.at,
            to: min(window.to.milliseconds, lastEnd))
    }

    /// Processes that were killed for want of memory; absent where readings do not tell.
    private static func oomKills(in window: ToolWindow, _ database: StateDatabase) async throws -> Int64? {
        guard let first = try await database.sample(after: window.from),
            let last = try await database.sample(before: window.to),
            first.host.bootId == last.host.bootId, let before = first.memory?.oomKills,
            let after = last.memory?.oomKills, after >= before
        else { return nil }
        return after - before
    }

    static func series(_ metric: Metric, _ points: [StatusPoint]) -> JSON? {
        let summaries = points.compactMap { point in point.values[metric].map { ($0, point.sampleCount) } }
        guard let first = summaries.first?.0, let last = summaries.last?.0 else { return nil }
        let count = summaries.reduce(0) { $0 + $1.1 }
        let mean = summaries.reduce(0) { $0 + $1.0.mean * Double($1.1) } / Double(max(1, count))
        return .fields([
            "mean": .figure(mean, digits: 2), "min": .figure(summaries.map(\.0.min).min(), digits: 2),
            "max": .figure(summaries.map(\.0.max).max(), digits: 2), "first": .figure(first.mean, digits: 2),
            "last": .figure(last.mean, digits: 2),
        ])
    }

    private static func point(_ point: StatusPoint) -> JSON {
        .fields([
            "at_utc": .string(utcText(point.at)),
            "cpu_busy_percent": .figure(point.values[.cpuBusyPercent]?.mean),
            "load_over_1_minute": .figure(point.values[.load1]?.mean, digits: 2),
            "memory_used_percent": .figure(point.values[.memoryUsedPercent]?.mean),
        ])
    }
}

/// `compare_windows`: one stretch of time against the one before it, or the same one earlier.
struct CompareTool: Tool {
    let definition = ToolDefinition(
        name: "compare_windows",
        summary:
            "Means of all series over the last minutes, beside those of an equally long window further back.",
        parameters: .schema([
            ("minutes", "How long both windows are.", 1...1440, 60),
            (
                "minutes_back", "How far back the earlier window ends; 1440 compares with yesterday.",
                1...43200, 60
            ),
        ]))

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        try arguments.check(only: ["minutes", "minutes_back"])
        let minutes = try arguments.integer("minutes", in: 1...1440, default: 60)
        let back = try arguments.integer("minutes_back", in: 1...43200, default: minutes)
        let length = Double(minutes) * 60
        let earlierEnd = state.now.addingTimeInterval(-Double(back) * 60)
        let earlierStart = earlierEnd.addingTimeInterval(-length)
        let resolution = max(10, minutes * 60 / 12)
        let now = try await state.database.points(
            from: state.now.addingTimeInterval(-length), to: state.now, resolutionSeconds: resolution)
        let earlier = try await state.database.points(
            from: earlierStart, to: earlierEnd, resolutionSeconds: resolution)
        guard !now.isEmpty, !earlier.isEmpty else { return .noData }
        let changes = Metric.allCases.filter(\.traits.isIndependent).map { metric -> (String, JSON?) in
            guard let mean = HistoryTool.series(metric, now)?["mean"]?.number,
                let before = HistoryTool.series(metric, earlier)?["mean"]?.number
            else { return (metric.traits.field, nil) }
            return (
                metric.traits.field,
                .fields([
                    "now_mean": .number(mean), "earlier_mean": .number(before),
                    "change": .figure(mean - before, digits: 2),
                ])
            )
        }
        return ToolOutput(
            result: .fields([
                "window_minutes": .figure(minutes), "earlier_ends_minutes_back": .figure(back),
                "series": .fields(Dictionary(uniqueKeysWithValues: changes)),
            ]), from: earlierStart.milliseconds, to: state.now.milliseconds)
    }
}

/// `get_anomaly_summary`: what stands out.
struct AnomalyTool: Tool {
    static let maxCount = 12

    let definition = ToolDefinition(
        name: "get_anomaly_summary",
        summary:
            "What stood out over the last minutes against what is usual: unusual series with the usual range, limits "
            + "reached, missing telemetry.",
        parameters: .schema(ToolWindow.properties))

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        let window = try ToolWindow(arguments, now: state.now)
        guard try await state.database.newestSample() != nil else { return .noData }
        let found = try await state.database.anomalies(from: window.from, to: window.to)
        // The worst first: what is cut off is what matters least.
        let sorted = found.sorted { $0.severity.rank > $1.severity.rank }
        return ToolOutput(
            result: window.fields(
                [
                    "count": .figure(found.count),
                    "findings": .array(sorted.prefix(Self.maxCount).map { Self.finding($0, &names) }),
                    "left_out": .leftOut(found.count, shown: Self.maxCount),
                    "oldest_may_be_missing": found.count >= StateDatabase.maxAnomalies.told ? true : nil,
                ], readingsBegin: try await state.database.beginning()), from: window.from.milliseconds,
            to: window.to.milliseconds)
    }

    private static func finding(_ anomaly: Anomaly, _ names: inout HostNames) -> JSON {
        let name = anomaly.fileSystem.map { names.label($0, .filesystem) + ": " } ?? ""
        return .fields([
            "severity": .string(anomaly.severity.rawValue), "summary": .string(name + anomaly.summary),
            "from_utc": .string(utcText(anomaly.from)), "to_utc": .string(utcText(anomaly.to)),
        ])
    }
}

/// `get_disk_forecast`: when file systems will be full.
struct DiskForecastTool: Tool {
    private static let maxCount = 8

    let definition = ToolDefinition(
        name: "get_disk_forecast",
        summary:
            "For each file system how full it is, how fast it fills, and in how many hours it will be full.",
        parameters: .schema([("hours", "Over how many past hours the rate is taken.", 1...24, 6)]))

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        try arguments.check(only: ["hours"])
        let hours = try arguments.integer("hours", in: 1...24, default: 6)
        guard let newest = try await state.database.newestSample() else { return .noData }
        let earlier = try await state.database.fillReadings(before: newest, hours: hours)
        let span = earlier.first.map { Double(newest.takenAt - $0.takenAt) / 3_600_000 } ?? 0
        let forecasts = DiskForecast.all(from: earlier, to: newest)
        var list: [JSON] = []
        for forecast in forecasts.prefix(Self.maxCount) {
            let fileSystem = newest.fileSystems.first { $0.mountPoint == forecast.mountPoint }
            list.append(
                .fields([
                    "name": .string(names.label(forecast.mountPoint, .filesystem)),
                    "used_percent": .figure(fileSystem?.usedPercent),
                    "available_bytes": .figure(fileSystem?.availableBytes),
                    "growth_bytes_per_hour": .figure(forecast.growthBytesPerHour, digits: 0),
                    "full_in_hours": .figure(forecast.fullInHours),
                ]))
        }
        return ToolOutput(
            result: .fields([
                "file_systems": .array(list), "left_out": .leftOut(forecasts.count, shown: Self.maxCount),
                "observed_hours": .figure(span, digits: 2),
                "rate_is_unknown": forecasts.contains { $0.growthBytesPerHour != nil } ? nil : true,
            ]), from: earlier.first?.takenAt ?? newest.takenAt, to: newest.takenAt)
    }
}

extension Anomaly.Severity {
    fileprivate var rank: Int {
        switch self {
        case .notice: 0
        case .warning: 1
        case .critical: 2
        }
    }
}
