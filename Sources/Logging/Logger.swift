import Synchronization

/// Writes log events with a label that names their part of the program.
///
///     let logger = Logger(label: "relay", fields: ["node": "a"])
///     logger.warning("certificate not usable", ["error": "\(error)"])
///
/// The message is a fixed text; variable data goes into fields, so that logs can be searched. Below the target's level
/// a call costs one comparison: neither message nor fields are evaluated.
///
/// Out of scope: several targets at once, rotation, and source locations. The parent process decides where stderr goes.
package struct Logger: Sendable {
    package typealias Fields = [String: String]

    package let label: String
    /// Added to every event; a field of the event replaces one with the same name.
    package var fields: Fields
    private let target: LogTarget?

    /// If `target` is nil, it uses the process's target, even if that is set later.
    package init(label: String, fields: Fields = [:], target: LogTarget? = nil) {
        self.label = label
        self.fields = fields
        self.target = target
    }

    /// Discards everything.
    package static let silent = Logger(label: "silent", target: LogTarget(from: nil) { _ in })

    package func log(
        _ level: Level, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]
    ) {
        guard target?.accepts(level) ?? LogTarget.processAccepts(level) else { return }
        let event = LogEvent(
            level: level, label: label, message: message(), fields: self.fields.merging(fields()) { $1 })
        (target ?? LogTarget.process).write(event)
    }

    package func trace(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        log(.trace, message(), fields())
    }
    package func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        log(.debug, message(), fields())
    }
    package func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        log(.info, message(), fields())
    }
    package func notice(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        log(.notice, message(), fields())
    }
    package func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        log(.warning, message(), fields())
    }
    package func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        log(.error, message(), fields())
    }
    package func critical(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]) {
        log(.critical, message(), fields())
    }
}

extension Logger {
    /// The severity of an event, from least to most.
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case trace, debug, info, notice, warning, error, critical

        fileprivate var severity: UInt8 {
            switch self {
            case .trace: 0
            case .debug: 1
            case .info: 2
            case .notice: 3
            case .warning: 4
            case .error: 5
            case .critical: 6
            }
        }

        package static func < (a: Level, b: Level) -> Bool { a.severity < b.severity }
    }
}

package struct LogEvent: Sendable {
    package let level: Logger.Level
    package let label: String
    package let message: String
    package let fields: Logger.Fields
}

/// The destination of events, and their minimum level.
package struct LogTarget: Sendable {
    private let minLevel: Logger.Level?
    let write: @Sendable (LogEvent) -> Void

    /// - Parameters:
    ///   - minLevel: The lowest level that is written; nil writes nothing.
    ///   - write: Called on the logging thread, possibly concurrently.
    package init(from minLevel: Logger.Level?, write: @escaping @Sendable (LogEvent) -> Void) {
        self.minLevel = minLevel
        self.write = write
    }

    func accepts(_ level: Logger.Level) -> Bool { level.severity >= minSeverity }

    private var minSeverity: UInt8 { minLevel?.severity ?? .max }

    private static let ofProcess = Mutex(LogTarget(from: .info, write: LogLine.text.write))
    /// A copy of the level outside the lock, for the common case of events that are not written.
    private static let minSeverityOfProcess = Atomic<UInt8>(Logger.Level.info.severity)

    static func processAccepts(_ level: Logger.Level) -> Bool {
        level.severity >= minSeverityOfProcess.load(ordering: .relaxed)
    }

    /// The default target of loggers: stderr, as text from `info` on, unless set at startup.
    package static var process: LogTarget {
        get { ofProcess.withLock(\.self) }
        set {
            ofProcess.withLock { $0 = newValue }
            minSeverityOfProcess.store(newValue.minSeverity, ordering: .relaxed)
        }
    }
}
