import Synchronization

/// Writes what happens, with a label that says who speaks.
///
/// A call below the level costs one comparison: neither message nor fields are made.
package struct Logger: Sendable {
    package enum Level: String, Sendable, CaseIterable, Comparable {
        case trace, debug, info, notice, warning, error, critical

        private var rank: UInt8 {
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

        package static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }

        /// The lowest rank at which anybody listens; every logger looks here first.
        fileprivate static let floor = Atomic<UInt8>(Level.info.rank)
        fileprivate var isWanted: Bool { rank >= Self.floor.load(ordering: .relaxed) }
        fileprivate func setFloor() { Self.floor.store(rank, ordering: .relaxed) }
    }

    package typealias Fields = [String: String]

    package let label: String
    /// Stand on every line.
    package var fields: Fields
    private let own: LogTarget?

    /// - Parameter target: Where its lines go; where all go without it.
    package init(label: String, fields: Fields = [:], target: LogTarget? = nil) {
        self.label = label
        self.fields = fields
        own = target
    }

    /// For those who do not want to hear.
    package static let silent = Logger(
        label: "",
        target: LogTarget { _, _ in
            false
        } write: { _ in
        })

    package func log(
        _ level: Level, _ message: @autoclosure () -> String, _ fields: @autoclosure () -> Fields = [:]
    ) {
        guard own != nil || level.isWanted else { return }
        let target = own ?? LogTarget.current
        guard target.wants(level, label) else { return }
        target.write(
            LogEvent(
                level: level, label: label, message: message(), fields: self.fields.merging(fields()) { $1 }))
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

/// Something that was logged.
package struct LogEvent: Sendable {
    package let level: Logger.Level
    package let label: String
    package let message: String
    package let fields: Logger.Fields
}

/// Where events go, and which are wanted there.
package struct LogTarget: Sendable {
    let wants: @Sendable (_ level: Logger.Level, _ label: String) -> Bool
    let write: @Sendable (LogEvent) -> Void

    package init(
        wants: @escaping @Sendable (_ level: Logger.Level, _ label: String) -> Bool,
        write: @escaping @Sendable (LogEvent) -> Void
    ) {
        self.wants = wants
        self.write = write
    }

    /// Takes what is at `level` or above it; `labels` sets another level for some.
    package init(
        from level: Logger.Level, labels: [String: Logger.Level] = [:],
        write: @escaping @Sendable (LogEvent) -> Void
    ) {
        self.init(wants: { $0 >= labels[$1] ?? level }, write: write)
    }

    private static let ofProcess = Mutex(LogTarget(from: .info) { LogLine.standardError.write($0) })
    @TaskLocal private static var ofTask: LogTarget?

    static var current: LogTarget { ofTask ?? ofProcess.withLock(\.self) }

    /// Sets where everything goes, from now on; to be called once, before anything runs.
    package static func setUp(
        from level: Logger.Level, labels: [String: Logger.Level] = [:],
        write: @escaping @Sendable (LogEvent) -> Void
    ) {
        ofProcess.withLock { $0 = LogTarget(from: level, labels: labels, write: write) }
        labels.values.reduce(level, min).setFloor()
    }

    /// What `body` and its tasks log, for tests: other tests at the same time do not see it. Everything is wanted afterwards
    /// that anybody wanted, so that processes that capture pay for it.
    package static func captured<Value>(_ body: () async throws -> Value) async rethrows -> (
        Value, [LogEvent]
    ) {
        Logger.Level.trace.setFloor()
        let events = EventList()
        let target = LogTarget(from: .trace) { event in events.list.withLock { $0.append(event) } }
        let value = try await $ofTask.withValue(target) { try await body() }
        return (value, events.list.withLock(\.self))
    }

    private final class EventList: Sendable { let list = Mutex<[LogEvent]>([]) }
}

/// A value that is nowhere shown: in messages, fields and dumps it is `…`.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// What is hidden; to be read where it is used, and nowhere else.
    package let exposed: Value

    package init(_ value: Value) { exposed = value }

    package var description: String { "…" }
    package var debugDescription: String { "…" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Equatable where Value: Equatable {}
