import Foundation
import Values

/// The stretch of time that a call is about: so many minutes, which end now or some minutes ago.
struct ToolWindow {
    private static let maxMinutes = 30 * 24 * 60

    static let parameters = [length, end]
    private static let length = ToolParameter(
        "minutes", "How long the window is.", 1...maxMinutes, usual: 60)
    private static let end = ToolParameter(
        "ends_minutes_ago", "How long ago the window ended; 0 is now.", 0...maxMinutes, usual: 0)

    let minutes: Int
    fileprivate let endsMinutesAgo: Int
    let from: Date
    let to: Date

    init(_ call: ToolCall) throws(ToolError) {
        minutes = try call.arguments.value(Self.length)
        endsMinutesAgo = try call.arguments.value(Self.end)
        to = call.now.addingTimeInterval(-Double(endsMinutesAgo) * 60)
        from = to.addingTimeInterval(-Double(minutes) * 60)
    }

    /// Twelve points in time are what a model can read.
    var resolutionSeconds: Int { max(10, minutes * 60 / 12) }
}

/// A result with which window it is of; its fields stand beside the window's.
struct Windowed<Content: ResultPart>: ResultPart {
    let window: WindowResult
    let content: Content

    init(_ window: ToolWindow, readingsBegin: Int64?, _ content: Content) {
        self.window = WindowResult(window, readingsBegin: readingsBegin)
        self.content = content
    }

    func encode(to encoder: any Encoder) throws {
        try window.encode(to: encoder)
        try content.encode(to: encoder)
    }
}

struct WindowResult: ResultPart {
    let fromUTC, toUTC: String
    let windowMinutes: Int
    /// Of a window of few minutes, which stands around a moment.
    let middleUTC: String?
    /// The same, in milliseconds since 1970.
    let middle: Int64?
    let middleAgeSeconds: Double?
    /// Nil where it ends now.
    let endsMinutesAgo: Int?
    /// Since when there are readings; nil where that is before the window, or soon in it.
    let readingsBeginUTC: String?
    /// The same, in milliseconds since 1970.
    let readingsBegin: Int64?

    private enum CodingKeys: CodingKey {
        case fromUTC, toUTC, windowMinutes, middleUTC, middleAgeSeconds, endsMinutesAgo, readingsBeginUTC
    }

    init(_ window: ToolWindow, readingsBegin: Int64?) {
        fromUTC = utcText(window.from.milliseconds)
        toUTC = utcText(window.to.milliseconds)
        windowMinutes = window.minutes
        let isMoment = window.minutes <= 5 && window.endsMinutesAgo > 0
        middle =
            isMoment ? window.from.addingTimeInterval(Double(window.minutes) * 30).milliseconds : nil
        middleUTC = middle.map { utcText($0) }
        middleAgeSeconds = isMoment ? Double(window.endsMinutesAgo * 60 + window.minutes * 30) : nil
        endsMinutesAgo = window.endsMinutesAgo == 0 ? nil : window.endsMinutesAgo
        // A tenth of the window may be missing without a word.
        let latest = window.from.addingTimeInterval(Double(window.minutes) * 6).milliseconds
        self.readingsBegin = readingsBegin.flatMap { $0 > latest ? $0 : nil }
        readingsBeginUTC = self.readingsBegin.map { utcText($0) }
    }
}
