/// Does something at every interval, until the task is cancelled.
///
/// Nothing is made up for: the interval is between the end of one time and the beginning of the next.
package func every(_ interval: Duration, startingNow: Bool = false, _ body: () async -> Void) async {
    if startingNow { await body() }
    // There is nothing but time to wait for; cancelled, the sleep throws.
    while (try? await Task.sleep(for: interval)) != nil { await body() }
}
