import Foundation
import MaintenanceAPI
import Values

/// `compare_windows`: one stretch of time against the one before it, or the same one earlier.
struct CompareTool: Tool {
    let summary =
        "Means of all series over the last minutes, beside those of an equally long window further back."
    let parameters = [Self.minutes, Self.minutesBack]

    private static let minutes = ToolParameter(
        "minutes", "How long both windows are.", 1...1440, usual: 60)
    private static let minutesBack = ToolParameter(
        "minutes_back", "How far back the earlier window ends; 1440 compares with yesterday.", 1...43200,
        usual: 60)

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let minutes = try call.arguments.value(Self.minutes)
        let back = try call.arguments.value(Self.minutesBack, usual: minutes)
        let length = Double(minutes) * 60
        let earlierEnd = call.now.addingTimeInterval(-Double(back) * 60)
        let earlierStart = earlierEnd.addingTimeInterval(-length)
        let resolution = max(10, minutes * 60 / 12)
        let now = try await call.database.points(
            from: call.now.addingTimeInterval(-length), to: call.now, resolutionSeconds: resolution)
        let earlier = try await call.database.points(
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
            .comparison(result), from: earlierStart.milliseconds, to: call.now.milliseconds)
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
