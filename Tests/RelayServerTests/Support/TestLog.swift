import Logging
import Synchronization

/// What a relay has logged, each line with its fields.
final class TestLog: Sendable {
    private let stored = Mutex<[String]>([])

    var lines: [String] { stored.withLock { $0 } }

    var logger: Logger {
        Logger(
            label: "relay",
            target: LogTarget(from: .debug) { [self] event in
                stored.withLock { $0.append("\(event.level) \(event.message) \(event.fields)") }
            })
    }
}
