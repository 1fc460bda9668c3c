import Foundation

/// How an event is written to stderr: one line each, whose breaks cannot be forged.
package struct LogLine: Sendable {
    package enum Format: String, Sendable, CaseIterable { case text, json }

    let format: Format
    /// Whether systemd's journal reads stderr: it knows the time by itself, and takes the priority from the line's begin.
    let isJournal: Bool

    package init(_ format: Format, isJournal: Bool = LogLine.isReadByJournal) {
        self.format = format
        self.isJournal = isJournal
    }

    static let standardError = LogLine(.text)

    package func write(_ event: LogEvent) {
        // One write for the whole line keeps lines of several threads apart. One that nobody reads stops no work.
        try? FileHandle.standardError.write(contentsOf: Data((rendered(event) + "\n").utf8))
    }

    private static let timestamp = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    func rendered(_ event: LogEvent, at moment: Date = Date()) -> String {
        let priority = isJournal ? "<\(event.level.priority)>" : ""
        let time = moment.formatted(Self.timestamp)
        switch format {
        case .json: return priority + json(event, time)
        case .text:
            let fields = event.fields.sorted { $0.key < $1.key }.map {
                " \($0.key)=\(Self.oneLine($0.value))"
            }
            let begin = isJournal ? priority : "\(time) "
            return
                "\(begin)\(event.level.rawValue) \(event.label): \(Self.oneLine(event.message))\(fields.joined())"
        }
    }

    /// The fields stand in an object of their own, so that no name can collide.
    private func json(_ event: LogEvent, _ time: String) -> String {
        struct Line: Encodable {
            let time, level, label, message: String
            let metadata: [String: String]?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Line(
            time: time, level: event.level.rawValue, label: event.label, message: event.message,
            metadata: event.fields.isEmpty ? nil : event.fields)
        // Strings always encode.
        return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self) } ?? event.message
    }

    private static func oneLine(_ text: String) -> String {
        text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? text.debugDescription : text
    }

    /// Whether `JOURNAL_STREAM` names what stderr is; a child whose stderr is a file inherits the variable, too.
    package static var isReadByJournal: Bool {
        var status = stat()
        guard let stream = ProcessInfo.processInfo.environment["JOURNAL_STREAM"],
            fstat(STDERR_FILENO, &status) == 0
        else { return false }
        return stream == "\(status.st_dev):\(status.st_ino)"
    }
}

extension Logger.Level {
    /// As syslog numbers them.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
