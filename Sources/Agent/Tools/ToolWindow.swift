import Foundation

/// The stretch of time that a call is about: so many minutes, which end now or some minutes ago.
struct ToolWindow {
    private static let maxMinutes = 30 * 24 * 60

    static let properties: [(name: String, summary: String, range: ClosedRange<Int>, default: Int)] = [
        ("minutes", "How long the window is.", 1...maxMinutes, 60),
        ("ends_minutes_ago", "How long ago the window ended; 0 is now.", 0...maxMinutes, 0),
    ]

    let minutes: Int
    private let endsMinutesAgo: Int
    let from: Date
    let to: Date

    init(_ arguments: ToolArguments, now: Date) throws(ToolError) {
        try arguments.check(only: Set(Self.properties.map(\.name)))
        minutes = try arguments.integer("minutes", in: 1...Self.maxMinutes, default: 60)
        endsMinutesAgo = try arguments.integer("ends_minutes_ago", in: 0...Self.maxMinutes, default: 0)
        to = now.addingTimeInterval(-Double(endsMinutesAgo) * 60)
        from = to.addingTimeInterval(-Double(minutes) * 60)
    }

    /// Twelve points in time are what a model can read.
    var resolutionSeconds: Int { max(10, minutes * 60 / 12) }

    /// A result that begins with which window it is of, and how much of that there are readings of where it is not all.
    func fields(_ others: [String: JSON?], readingsBegin: Int64?) -> JSON {
        // A tenth of the window may be missing without a word.
        let latest = from.addingTimeInterval(Double(minutes) * 6).milliseconds
        let late = readingsBegin.flatMap { $0 > latest ? $0 : nil }
        return .fields(
            others.merging([
                "from_utc": .string(utcText(from.milliseconds)), "to_utc": .string(utcText(to.milliseconds)),
                "window_minutes": .figure(minutes),
                "ends_minutes_ago": endsMinutesAgo == 0 ? nil : .figure(endsMinutesAgo),
                "readings_begin_utc": late.map { .string(utcText($0)) },
            ]) { field, _ in field })
    }
}
