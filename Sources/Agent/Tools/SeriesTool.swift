import Foundation
import MaintenanceAPI
import Values

/// `query_series`: any figure of the readings over any window, with all statistics.
struct SeriesTool: Tool {
    let summary =
        "Any figure over a window: newest, mean, lowest and highest with their times, percentiles, total, trend, the usual range of "
        + "the day before; how often and how long it was above or below a threshold; the mean of an earlier window."
    let parameters =
        [Self.series] + ToolWindow.parameters + [
            Self.percentile, Self.above, Self.below, Self.back, Self.fileSystem,
        ]

    private static let series = ToolParameter(
        "series", "Which figure.", choices: Gauge.allCases.map(\.rawValue), usual: Gauge.cpuBusy.rawValue)
    private static let percentile = ToolParameter("percentile", "One more percentile.", 1...100, usual: 95)
    private static let above = ToolParameter("above", "A threshold, in the figure's unit.", anyNumber: true)
    private static let below = ToolParameter("below", "The same, for lying below.", anyNumber: true)
    private static let back = ToolParameter(
        "minutes_back", "How far back an equally long window ends.", 1...43200, usual: 1440)

    private static let fileSystem = ToolParameter(
        label: "file_system", "For diskUsed: the label of one file system.")

    /// What is usual is taken from the day before the last minutes.
    private static let usual = (from: -86_400.0, to: -600.0)

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let window = try ToolWindow(call)
        guard let gauge = Gauge(rawValue: try call.arguments.choice(Self.series)) else { return .noData }
        var wish = SeriesReport.Wish()
        if call.arguments.has(Self.percentile) { wish.percentile = try call.arguments.value(Self.percentile) }
        if call.arguments.has(Self.back) { wish.minutesBack = try call.arguments.value(Self.back) }
        if let above = try call.arguments.number(Self.above) {
            wish.threshold = above
        } else if let below = try call.arguments.number(Self.below) {
            (wish.threshold, wish.isAbove) = (below, false)
        }
        guard let sample = try await call.database.newestSample() else { return .noData }
        let database = call.database
        let mount = try call.arguments.name(Self.fileSystem, call.names)
        guard mount == nil || gauge == .diskUsed else {
            throw ToolError(message: "file_system goes with diskUsed alone")
        }
        let begin = try await database.beginning()
        // As fine as what there is: the window may begin long before.
        let from = begin.map { max(window.from, Date(milliseconds: $0)) } ?? window.from
        let points = try await database.series(gauge, of: mount, from: from, to: window.to)
        let value =
            mount == nil
            ? gauge.traits.value(sample) : sample.fileSystems.first { $0.mountPoint == mount }?.usedPercent
        guard value != nil || !points.isEmpty else { return .noData }
        var earlier: [SeriesPoint] = []
        var sinceBeginning: [SeriesPoint] = []
        if let back = wish.minutesBack {
            // Readings may be further apart than the window is long.
            let length = max(window.to.timeIntervalSince(window.from), 1.5 * (sample.intervalSeconds ?? 0))
            let end = window.to.addingTimeInterval(-Double(back) * 60)
            let isAdjacent = end == window.from
            earlier = try await database.series(
                gauge, of: mount, from: end.addingTimeInterval(-length),
                // The reading between two stretches belongs to the later one.
                to: end.addingTimeInterval(isAdjacent ? -0.001 : 0))
            if earlier.isEmpty, let begin, begin > end.milliseconds {
                sinceBeginning = try await database.series(
                    gauge, of: mount, from: Date(milliseconds: begin), to: window.to)
            }
        }
        var before: [SeriesPoint] = []
        if let metric = gauge.traits.metric, mount == nil {
            let (from, to) = (
                call.now.addingTimeInterval(Self.usual.from), call.now.addingTimeInterval(Self.usual.to)
            )
            let unusual = try await database.unusual(from: from, to: to).filter { $0.metric == metric }
            before = try await database.series(gauge, from: from, to: to).filter { point in
                !unusual.contains { $0.from <= point.at && point.at <= $0.to }
            }
        }
        if gauge.traits.metric == nil, mount == nil {
            // No history of a day is kept of it: the window itself tells what is usual.
            let end = call.now.addingTimeInterval(Self.usual.to).milliseconds
            before = SeriesReport.withoutHeight(points).filter { $0.at <= end }
        }
        let report = SeriesReport(
            gauge, points, window: WindowResult(window, readingsBegin: begin),
            newest: value.map { .init(value: $0, at: sample.takenAt) }, wish: wish, earlier: earlier,
            sinceBeginning: sinceBeginning,
            before: before, fileSystem: mount.map { call.names.label($0, .filesystem) },
            memoryTotal: sample.memory?.totalBytes, now: call.now)
        return ToolOutput(
            .series(report), from: points.first?.at ?? sample.takenAt,
            to: max(points.last?.at ?? 0, sample.takenAt))
    }
}
