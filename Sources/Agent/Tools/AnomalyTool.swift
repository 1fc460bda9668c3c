import Foundation
import MaintenanceAPI
import Values

/// `get_anomaly_summary`: what stands out.
struct AnomalyTool: Tool {
    let summary =
        "What stood out over the last minutes against what is usual: unusual series with the usual range, limits "
        + "reached, missing telemetry."
    let parameters = ToolWindow.parameters

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let window = try ToolWindow(call)
        guard try await call.database.newestSample() != nil else { return .noData }
        let result = AnomalyResult(
            try await call.database.anomalies(from: window.from, to: window.to), now: call.now, &call.names)
        return ToolOutput(
            .anomalies(Windowed(window, readingsBegin: try await call.database.beginning(), result)),
            from: window.from.milliseconds, to: window.to.milliseconds)
    }
}

struct AnomalyResult: ResultPart {
    static let maxCount = 12

    let count: Int
    let findings: [Finding]
    let leftOut: Int?
    /// True or nil.
    let oldestMayBeMissing: Bool?

    init(_ found: [Anomaly], now: Date, _ names: inout HostNames) {
        count = found.count
        // The worst first: what is cut off is what matters least.
        let sorted = found.sorted { $0.severity.rank > $1.severity.rank }
        findings = sorted.prefix(Self.maxCount).map { Finding($0, now: now, &names) }
        leftOut = found.count.beyond(Self.maxCount)
        oldestMayBeMissing = found.count >= StateDatabase.maxAnomalies.told ? true : nil
    }

    struct Finding: ResultPart {
        let severity: Anomaly.Severity
        let summary, fromUTC, toUTC: String
        /// Milliseconds since 1970.
        let from, to: Int64
        let fromAgeSeconds, toAgeSeconds, seconds: Double

        private enum CodingKeys: CodingKey {
            case severity, summary, fromUTC, toUTC, fromAgeSeconds, toAgeSeconds, seconds
        }

        init(_ anomaly: Anomaly, now: Date, _ names: inout HostNames) {
            (from, to) = (anomaly.from, anomaly.to)
            fromAgeSeconds = max(0, now.timeIntervalSince1970 - Double(anomaly.from) / 1000).rounded()
            toAgeSeconds = max(0, now.timeIntervalSince1970 - Double(anomaly.to) / 1000).rounded()
            let name = anomaly.fileSystem.map { names.label($0, .filesystem) + ": " } ?? ""
            seconds = (Double(anomaly.to - anomaly.from) / 1000).rounded()
            severity = anomaly.severity
            summary = name + anomaly.summary
            fromUTC = utcText(anomaly.from)
            toUTC = utcText(anomaly.to)
        }
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
