import Foundation
import HTTP
import HTTPEdge
import Values

/// The requested time range and its resolution.
struct HistoryWindow: Hashable, Sendable {
    static let maxSeconds: Int64 = 31 * 24 * 3600
    static let maxPointCount: Int64 = 2000
    /// As many points as a chart can show.
    static let usualPointCount: Int64 = 240

    let from: Date
    let to: Date
    let resolution: Duration
}

extension HistoryWindow {
    /// Parses `from` and `to` (milliseconds since 1970) or `range`, and `resolution` (seconds).
    ///
    /// The default is the last hour; the default resolution gives about 240 points.
    init(_ query: Query, now: Date) throws(InvalidValue) {
        let moments: ClosedRange<Int64> = 0...(now.milliseconds + 24 * 3600 * 1000)
        let to = try query.integer("to", in: moments) ?? now.milliseconds
        let span = try Self.span(named: query["range"])
        let from = try query.integer("from", in: moments) ?? to - span * 1000
        guard from < to else { throw InvalidValue("from", "must be before 'to'") }
        let seconds = (to - from + 999) / 1000
        guard seconds <= Self.maxSeconds else {
            throw InvalidValue("from", "must be at most 31 days before 'to'")
        }
        let usual = max(10, (seconds + Self.usualPointCount - 1) / Self.usualPointCount)
        let resolution = try query.integer("resolution", in: 1...Self.maxSeconds) ?? usual
        guard seconds / resolution <= Self.maxPointCount else {
            throw InvalidValue(
                "resolution", "must leave at most \(Self.maxPointCount) points; use \(usual) or more seconds")
        }
        self.from = Date(milliseconds: from)
        self.to = Date(milliseconds: to)
        self.resolution = .seconds(resolution)
    }

    private static func span(named name: String?) throws(InvalidValue) -> Int64 {
        switch name {
        case nil, "1h": 3600
        case "24h": 24 * 3600
        case "7d": 7 * 24 * 3600
        case "30d": 30 * 24 * 3600
        default: throw InvalidValue("range", "must be 1h, 24h, 7d or 30d")
        }
    }
}
