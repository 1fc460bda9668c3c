import Foundation
import Logging

/// Writes each log event as one line to stderr, as text or as JSON.
struct LineLogHandler: LogHandler {
    enum Format: String, CaseIterable {
        case text, json

        /// What stands beside results and errors of that format.
        static func fitting(_ format: Output.Format) -> Format { format == .json ? .json : .text }
    }

    let label: String
    let format: Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, format: Format, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all =
            metadata
            .merging(metadataProvider?.get() ?? [:]) { $1 }
            .merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { all["error"] = "\(error)" }
        let line = LogLine(
            at: Date(), level: event.level, label: label, message: event.message.description,
            metadata: all.mapValues(\.description))
        // One write for the whole line keeps lines of several threads apart.
        Output.remark(line.rendered(as: format) + "\n")
    }
}

/// What a log line says. A line break in a value cannot begin a new line.
struct LogLine {
    let at: Date
    let level: Logger.Level
    let label: String
    let message: String
    let metadata: [String: String]

    func rendered(as format: LineLogHandler.Format) -> String {
        switch format {
        case .text: text
        case .json: json
        }
    }

    private static let timestamp = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    private var text: String {
        let fields = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.oneLine($0.value))" }
        return
            "\(at.formatted(Self.timestamp)) \(level.rawValue) \(label): \(Self.oneLine(message))\(fields.joined())"
    }

    /// The metadata stand beside the fixed fields, in an object of their own so that no name can collide.
    private var json: String {
        struct Fields: Encodable {
            let time, level, label, message: String
            let metadata: [String: String]?
        }
        let fields = Fields(
            time: at.formatted(Self.timestamp), level: level.rawValue, label: label, message: message,
            metadata: metadata.isEmpty ? nil : metadata)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings always encode.
        return (try? encoder.encode(fields)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    private static func oneLine(_ text: String) -> String {
        text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? text.debugDescription : text
    }
}
