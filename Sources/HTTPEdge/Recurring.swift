/// Does `work` now and an interval after it was done last, until cancelled.
package func every(_ interval: Duration, _ work: () async -> Void) async {
    // Sleeps because it waits for nothing but time; cancelled, the sleep throws and the work ends.
    repeat { await work() } while (try? await Task.sleep(for: interval)) != nil
}
