import Synchronization

/// A time that a test moves, milliseconds since 1970.
final class ManualMoment: Sendable {
    private let stored: Mutex<Int64>

    init(_ value: Int64) { stored = Mutex(value) }

    var value: Int64 {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }
}
