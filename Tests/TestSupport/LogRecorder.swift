import Logging
import Synchronization

/// Keeps what is logged, from a level on.
package final class LogRecorder: Sendable {
    private let recorded = Mutex<[LogEvent]>([])
    private let minLevel: Logger.Level

    package init(from level: Logger.Level) { minLevel = level }

    package var events: [LogEvent] { recorded.withLock(\.self) }
    package var messages: [String] { events.map(\.message) }
    /// Each event with its level and its fields.
    package var lines: [String] { events.map { "\($0.level) \($0.message) \($0.fields)" } }

    package var logger: Logger {
        let target = LogTarget(from: minLevel) { event in self.recorded.withLock { $0.append(event) } }
        return Logger(label: "test", target: target)
    }
}
