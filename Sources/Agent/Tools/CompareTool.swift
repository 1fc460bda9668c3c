import Foundation
import MaintenanceAPI

/// `compare_windows`: one stretch of time against the one before it, or the same one earlier.
struct CompareTool: Tool {
    let definition = ToolDefinition(
        .comparison,
        "Means of all series over the last minutes, beside those of an equally long window further back.",
        [
            ("minutes", "How long both windows are.", 1...1440, 60),
            (
                "minutes_back", "How far back the earlier window ends; 1440 compares with yesterday.",
                1...43200, 60
            ),
        ])

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
        let result = ComparisonResult(
            windowMinutes: minutes, earlierEndsMinutesBack: back,
            series: ByMetric(Metric.independent) { metric in
                guard let now = SeriesResult(metric, now), let before = SeriesResult(metric, earlier) else {
                    return nil
                }
                return .init(
                    nowMean: now.mean, earlierMean: before.mean,
                    change: (now.mean - before.mean).rounded(to: 2))
            })
        return ToolOutput(
            .comparison(result), from: earlierStart.milliseconds, to: state.now.milliseconds)
    }
}

struct ComparisonResult: ResultPart {
    let windowMinutes: Int
    let earlierEndsMinutesBack: Int
    let series: ByMetric<Change>

    struct Change: ResultPart {
        let nowMean, earlierMean, change: Double
    }
}
