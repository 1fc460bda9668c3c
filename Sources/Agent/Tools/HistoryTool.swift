import Foundation
import MaintenanceAPI
import Values

/// `get_recent_status_history`: how the series went.
struct HistoryTool: Tool {
    let summary =
        "How CPU, load, memory, disks, network and pressure went over the last minutes: mean, min and max of the "
        + "whole window, and about 12 points in time."
    let parameters = ToolWindow.parameters

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let window = try ToolWindow(call)
        let points = try await call.database.points(
            from: window.from, to: window.to, resolutionSeconds: window.resolutionSeconds)
        guard let first = points.first, let last = points.last else { return .noData }
        let lastEnd = last.at + Int64(window.resolutionSeconds) * 1000
        let result = HistoryResult(
            oomKills: try await Self.oomKills(in: window, call.database),
            series: ByMetric(Metric.independent) { SeriesResult($0, points) },
            points: points.map(HistoryResult.Point.init))
        return ToolOutput(
            .history(Windowed(window, readingsBegin: try await call.database.beginning(), result)),
            from: first.at, to: min(window.to.milliseconds, lastEnd))
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
}

struct HistoryResult: ResultPart {
    let oomKills: Int64?
    let series: ByMetric<SeriesResult>
    let points: [Point]

    /// One moment, with what a model needs to see a course.
    struct Point: ResultPart {
        let at: Int64
        let means: ByMetric<Double>

        private enum CodingKeys: CodingKey { case atUTC }

        init(_ point: StatusPoint) {
            at = point.at
            means = ByMetric([.cpuBusyPercent, .load1, .memoryUsedPercent]) { metric in
                point.values[metric]?.mean.figure(metric.traits.unit == .percent ? 1 : 2)
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(utcText(at), forKey: .atUTC)
            try means.encode(to: encoder)
        }
    }
}

/// A whole window of one series.
struct SeriesResult: ResultPart {
    let mean, min, max, first, last: Double

    init?(_ metric: Metric, _ points: [StatusPoint]) {
        let summaries = points.compactMap { point in point.values[metric].map { ($0, point.sampleCount) } }
        guard let first = summaries.first?.0.mean, let last = summaries.last?.0.mean,
            let min = summaries.map(\.0.min).min(), let max = summaries.map(\.0.max).max()
        else { return nil }
        let count = summaries.reduce(0) { $0 + $1.1 }
        let sum = summaries.reduce(0) { $0 + $1.0.mean * Double($1.1) }
        mean = (sum / Double(Swift.max(1, count))).rounded(to: 2)
        self.min = min.rounded(to: 2)
        self.max = max.rounded(to: 2)
        self.first = first.rounded(to: 2)
        self.last = last.rounded(to: 2)
    }
}

extension Metric {
    static let independent = allCases.filter(\.traits.isIndependent)
}
