import TestSupport

/// Asks again and again until there is an answer, as another process does not say when it is ready.
package func eventually<Value: Sendable>(
    _ what: String, within limit: Duration = .seconds(180),
    _ ask: @escaping @Sendable () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + limit
    var lastError: (any Error)?
    while ContinuousClock.now < end {
        do {
            if let value = try await ask() { return value }
        } catch {
            lastError = error
        }
        try await ContinuousClock().sleep(for: .milliseconds(50))
    }
    throw Unexpected("\(what) did not happen within \(limit)\(lastError.map { ": \($0)" } ?? "")")
}
