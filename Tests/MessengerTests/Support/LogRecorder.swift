import Logging
import Synchronization

/// Keeps the messages of a log, from a level on.
final class LogRecorder: Sendable {
    private let recorded = Mutex<[String]>([])

    var messages: [String] { recorded.withLock(\.self) }

    func logger(from level: Logger.Level) -> Logger {
        let target = LogTarget(from: level) { event in self.recorded.withLock { $0.append(event.message) } }
        return Logger(label: "recorded", target: target)
    }
}
