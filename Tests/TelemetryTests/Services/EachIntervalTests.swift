import TestSupport
import Testing

@testable import Telemetry

struct EachIntervalTests {
    /// The moments, in seconds, at which something is done that takes `length` the `slowCall`-th time.
    private func moments(
        of count: Int, interval: Duration, slowCall: Int = -1, length: Duration = .zero
    ) async -> [Int] {
        let clock = ManualClock()
        let (calls, call) = AsyncStream.makeStream(of: Int.self)
        let task = Task {
            var number = 0
            try await eachInterval(interval, on: clock) {
                call.yield(Int(clock.now.offset.components.seconds))
                if number == slowCall { clock.advance(by: length) }
                number += 1
            }
        }
        defer { task.cancel() }
        var moments: [Int] = []
        for await moment in calls {
            moments.append(moment)
            guard moments.count < count else { break }
            await clock.waitForSleepers()
            while clock.sleeperCount > 0 { clock.advance(by: .seconds(1)) }
        }
        return moments
    }

    @Test func atOnceAfterASecondAndAtEveryInterval() async {
        #expect(await moments(of: 5, interval: .seconds(10)) == [0, 1, 10, 20, 30])
    }

    @Test func shortIntervalsHaveNoExtraCall() async {
        #expect(await moments(of: 4, interval: .seconds(2)) == [0, 2, 4, 6])
    }

    @Test func aSlowCallDoesNotShiftTheOthers() async {
        #expect(
            await moments(of: 5, interval: .seconds(10), slowCall: 2, length: .seconds(4)) == [
                0, 1, 10, 20, 30,
            ])
    }

    @Test func missedTimesAreSkipped() async {
        #expect(
            await moments(of: 5, interval: .seconds(10), slowCall: 2, length: .seconds(34)) == [
                0, 1, 10, 50, 60,
            ])
    }

    @Test func cancellationEndsIt() async {
        let clock = ManualClock()
        let task = Task { try await eachInterval(.seconds(10), on: clock) {} }
        await clock.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
