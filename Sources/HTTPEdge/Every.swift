/// Calls `body` repeatedly until the task is cancelled.
///
/// The interval runs from the end of one call to the start of the next; missed calls are not made up for.
package func every(_ interval: Duration, startingNow: Bool = false, _ body: () async -> Void) async {
    if startingNow { await body() }
    // Only the sleep can throw, when the task is cancelled.
    while (try? await Task.sleep(for: interval)) != nil { await body() }
}
