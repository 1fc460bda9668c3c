import Services

/// Gives up on `body` after `limit`. The limit catches failures; tests should never wait for it.
package func withTimeLimit<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard let value = try await withDeadline(limit, on: .continuous, body) else {
        throw Unexpected("took more than \(limit)")
    }
    return value
}
