import Foundation
import Glibc

/// The format of an event on stderr: one line, which no value can break.
package enum LogLine: String, Sendable, CaseIterable {
    case text, json

    /// Writes the event to stderr. A line that cannot be written is dropped: logging never stops the work.
    @Sendable package func write(_ event: LogEvent) {
        var rest = ArraySlice((rendered(event, at: Date()) + "\n").utf8)
        // In a single call if the system accepts it, so that lines of several threads do not interleave.
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func rendered(_ event: LogEvent, at moment: Date) -> String {
        let time = moment.formatted(.iso8601WithFraction)
        switch self {
        case .text:
            let fields = event.fields.sorted { $0.key < $1.key }.map {
                " \($0.key)=\($0.value.quotedIfHidden)"
            }
            return "\(time) \(event.level) \(event.label): \(event.message.quotedIfHidden)\(fields.joined())"
        case .json:
            let line = JSONLine(
                time: time, level: event.level.rawValue, label: event.label, message: event.message,
                metadata: event.fields.isEmpty ? nil : event.fields)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            // Encoding strings cannot fail.
            return (try? encoder.encode(line)).map { String(decoding: $0, as: UTF8.self).escapedJSON }
                ?? event.message.quotedIfHidden
        }
    }

    /// Fields are in a nested object, so that none can replace another key.
    private struct JSONLine: Encodable {
        let time, level, label, message: String
        let metadata: [String: String]?
    }
}

extension FormatStyle where Self == Date.ISO8601FormatStyle {
    fileprivate static var iso8601WithFraction: Self { Self(includingFractionalSeconds: true) }
}
