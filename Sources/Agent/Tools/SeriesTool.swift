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
            Self.percentile, Self.above, Self.below, Self.back, Self.part,
        ]

    private static let series = ToolParameter(
        "series", "Which figure.", choices: Gauge.allCases.map(\.rawValue), usual: Gauge.cpuBusy.rawValue)
    private static let percentile = ToolParameter("percentile", "One more percentile.", 1...100, usual: 95)
    private static let above = ToolParameter("above", "A threshold, in the figure's unit.", anyNumber: true)
    private static let below = ToolParameter("below", "The same, for lying below.", anyNumber: true)
    private static let back = ToolParameter(
        "minutes_back", "How far back an equally long window ends.", 1...43200, usual: 1440)

    private static let part = ToolParameter(
        label: "part", "The label of one file system (diskUsed), disk or interface.")

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
        let part = try Self.part(call, gauge)
        func series(_ from: Date, _ to: Date) async throws -> [SeriesPoint] {
            if let part { return try await database.series(gauge, of: part, from: from, to: to) }
            return try await database.series(gauge, from: from, to: to)
        }
        let begin = try await database.beginning()
        // As fine as what there is: the window may begin long before.
        let from = begin.map { max(window.from, Date(milliseconds: $0)) } ?? window.from
        let points = try await series(from, window.to)
        let value = part.map { $0.value(of: gauge, in: sample) } ?? gauge.traits.value(sample)
        guard value != nil || !points.isEmpty else { return .noData }
        var earlier: [SeriesPoint] = []
        var sinceBeginning: [SeriesPoint] = []
        if let back = wish.minutesBack {
            // Readings may be further apart than the window is long.
            let length = max(window.to.timeIntervalSince(window.from), 1.5 * (sample.intervalSeconds ?? 0))
            let end = window.to.addingTimeInterval(-Double(back) * 60)
            let isAdjacent = end == window.from
            earlier = try await series(
                end.addingTimeInterval(-length),
                // The reading between two stretches belongs to the later one.
                end.addingTimeInterval(isAdjacent ? -0.001 : 0))
            if earlier.isEmpty, let begin, begin > end.milliseconds {
                sinceBeginning = try await series(Date(milliseconds: begin), window.to)
            }
        }
        var before: [SeriesPoint] = []
        if let metric = gauge.traits.metric, part == nil {
            let (from, to) = (
                call.now.addingTimeInterval(Self.usual.from), call.now.addingTimeInterval(Self.usual.to)
            )
            let unusual = try await database.unusual(from: from, to: to).filter { $0.metric == metric }
            before = try await database.series(gauge, from: from, to: to).filter { point in
                !unusual.contains { $0.from <= point.at && point.at <= $0.to }
            }
        }
        if gauge.traits.metric == nil || part != nil, !isFileSystem(part) {
            // No history of a day is kept of it: the window itself tells what is usual.
            let end = call.now.addingTimeInterval(Self.usual.to).milliseconds
            before = SeriesReport.withoutHeight(points).filter { $0.at <= end }
        }
        let report = SeriesReport(
            gauge, points, window: WindowResult(window, readingsBegin: begin),
            newest: value.map { .init(value: $0, at: sample.takenAt) }, wish: wish, earlier: earlier,
            sinceBeginning: sinceBeginning,
            before: before, part: part.map { call.names.label($0.name, $0.kind) },
            coreMeans: gauge == .busiestCore
                ? try await database.coreMeans(from: from, to: window.to) : [],
            memoryTotal: sample.memory?.totalBytes, now: call.now)
        return ToolOutput(
            .series(report), from: points.first?.at ?? sample.takenAt,
            to: max(points.last?.at ?? 0, sample.takenAt))
    }

    /// Of a file system no more is kept than its series; what is usual of it is not judged.
    private func isFileSystem(_ part: HostPart?) -> Bool {
        if case .fileSystem? = part { true } else { false }
    }

    private static func part(_ call: ToolCall, _ gauge: Gauge) throws(ToolError) -> HostPart? {
        guard let (name, kind) = try call.arguments.part(Self.part, call.names) else { return nil }
        guard let part = HostPart(kind, name), part.has(gauge) else {
            throw ToolError(message: "part: \(gauge.rawValue) has no series of one \(kind.rawValue)")
        }
        return part
    }
}
