import Foundation
import MaintenanceAPI
import Values

/// What a tool found: the offline analyst reads it as it is, a model as JSON.
enum ToolResult: Hashable, Sendable {
    case currentStatus(StatusResult)
    case history(Windowed<HistoryResult>)
    case anomalies(Windowed<AnomalyResult>)
    case series(SeriesReport)
    case topProcesses(TopProcessesResult)
    case diskForecast(ForecastResult)
    case relayDiagnostics(RelayResult)
    case comparison(ComparisonResult)
    case usage(UsageResult)
    /// There is nothing to look at.
    case noData
    case tooLarge
    /// The tool did not run, and why.
    case failed(String)
}

/// A part of a result: its properties are the fields that a model sees, in snake case, without those that are nil.
typealias ResultPart = Hashable & Sendable & Encodable

extension ToolResult: Encodable {
    func encode(to encoder: any Encoder) throws {
        switch self {
        case .currentStatus(let result): try result.encode(to: encoder)
        case .history(let result): try result.encode(to: encoder)
        case .anomalies(let result): try result.encode(to: encoder)
        case .series(let result): try result.encode(to: encoder)
        case .topProcesses(let result): try result.encode(to: encoder)
        case .diskForecast(let result): try result.encode(to: encoder)
        case .relayDiagnostics(let result): try result.encode(to: encoder)
        case .comparison(let result): try result.encode(to: encoder)
        case .usage(let result): try result.encode(to: encoder)
        case .noData: try ["not_enough_data": true].encode(to: encoder)
        case .tooLarge:
            try JSON.object([
                "truncated": true, "reason": "the result was too large; ask for a shorter window",
            ]).encode(to: encoder)
        case .failed(let reason): try ["error": reason].encode(to: encoder)
        }
    }
}

/// What a tool found, and how it is shown to a model.
struct ToolOutput: Hashable, Sendable {
    let result: ToolResult
    let json: JSON
    let text: String
    /// The telemetry that it read.
    let from: Int64?
    let to: Int64?

    init(_ result: ToolResult, from: Int64? = nil, to: Int64? = nil) {
        self.result = result
        json = JSON(result)
        text = json.text
        self.from = from
        self.to = to
    }

    /// Of one reading.
    init(_ result: ToolResult, of sample: Sample) {
        self.init(result, from: sample.takenAt, to: sample.takenAt)
    }

    static let noData = ToolOutput(.noData)

    /// There is no such tool, or its arguments were wrong.
    var isRefused: Bool { if case .failed = result { true } else { false } }
}

extension JSON {
    fileprivate init(_ result: ToolResult) {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        self = (try? JSONDecoder().decode(JSON.self, from: encoder.encode(result))) ?? .null
    }
}

/// A value for each metric that has one, under the metric's field name.
struct ByMetric<Value: ResultPart>: ResultPart {
    private let values: [Metric: Value]

    init(_ metrics: [Metric], _ value: (Metric) -> Value?) {
        values = metrics.reduce(into: [:]) { $0[$1] = value($1) }
    }

    subscript(metric: Metric) -> Value? { values[metric] }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        for (metric, value) in values {
            try container.encode(value, forKey: Field(stringValue: metric.traits.field))
        }
    }

    private struct Field: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Double {
    /// With as many digits as a person reads; nil where that is no number.
    func figure(_ digits: Int = 1) -> Double? {
        let figure = rounded(to: digits)
        return figure.isFinite ? figure : nil
    }
}

extension Int {
    /// How many of so many are not shown; nil where all are.
    func beyond(_ shown: Int) -> Int? { self > shown ? self - shown : nil }
}

/// A time ahead to the minute, where it is near enough for a forecast to tell it so.
func utcText(_ now: Date, hoursAhead: Double) -> String? {
    guard 0...48 ~= hoursAhead else { return nil }
    return utcText(Int64((now.timeIntervalSince1970 / 60 + hoursAhead * 60).rounded()) * 60_000)
}

/// A moment as people and models read it: `2026-03-01T12:00:00Z`.
func utcText(_ milliseconds: Int64) -> String { Date(milliseconds: milliseconds).formatted(.iso8601) }
