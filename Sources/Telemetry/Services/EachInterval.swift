/// Calls `body` at a fixed rate until the task is cancelled: immediately, after one second for a sample with rates,
/// then at every interval.
///
/// The schedule is fixed, so a slow `body` does not shift it. If a call or a suspension of the machine takes longer
/// than an interval, the missed times are skipped.
func eachInterval<C: Clock<Duration>>(
    _ interval: Duration, on clock: C, _ body: () async -> Void
) async throws {
    await body()
    let start = clock.now
    if interval > .seconds(2) {
        try await clock.sleep(until: start.advanced(by: .seconds(1)), tolerance: nil)
        await body()
    }
    var next = start.advanced(by: interval)
    while true {
        try await clock.sleep(until: next, tolerance: nil)
        await body()
        repeat { next = next.advanced(by: interval) } while next < clock.now
    }
}
