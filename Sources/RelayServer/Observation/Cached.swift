import Synchronization

/// A value that is computed once in a while, however many ask for it at the same time.
final class Cached<Value: Sendable>: Sendable {
    private struct Newest {
        let task: Task<Value, any Error>
        let at: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let compute: @Sendable () async throws -> Value
    private let newest = Mutex<Newest?>(nil)

    init(for lifetime: Duration, _ compute: @escaping @Sendable () async throws -> Value) {
        self.lifetime = lifetime
        self.compute = compute
    }

    /// At most `lifetime` old.
    var value: Value {
        get async throws {
            let task = newest.withLock { newest in
                if let newest, newest.at.duration(to: .now) < lifetime { return newest.task }
                // Not owned by a group: all who ask meanwhile wait for it.
                let task = Task { [compute] in try await compute() }
                newest = Newest(task: task, at: .now)
                return task
            }
            return try await task.value
        }
    }
}
