/// Calls `body` repeatedly until the task is cancelled.
///
/// The interval runs from the end of one call to the start of the next; missed calls are not made up for.
package func every(
    _ interval: Duration, on clock: any Clock<Duration> = .continuous, startingNow: Bool = false,
    _ body: () async throws -> Void
) async rethrows {
    if startingNow { try await body() }
    // Only the sleep can throw, when the task is cancelled.
    while (try? await clock.sleep(for: interval)) != nil { try await body() }
}
