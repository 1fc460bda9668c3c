/// The result of `operation`; nil if it takes longer than `limit`. It is then cancelled, and must respond to
/// cancellation.
package func withDeadline<Value: Sendable>(
    _ limit: Duration, on clock: any Clock<Duration>,
    _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await clock.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
