import Synchronization
import Testing

@testable import Services

struct EveryTests {
    @Test(arguments: [true, false])
    func itGoesOnUntilTheTaskIsCancelled(startingNow: Bool) async {
        let (times, time) = AsyncStream.makeStream(of: Void.self)
        let task = Task { await every(.milliseconds(1), startingNow: startingNow) { time.yield() } }
        var count = 0
        for await _ in times {
            count += 1
            if count == 3 { break }
        }
        task.cancel()
        await task.value
        #expect(count == 3)
    }

    @Test func cancelledBeforeItsFirstIntervalItDoesNothing() async {
        let count = Mutex(0)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await every(.seconds(3600)) { count.withLock { $0 += 1 } }
        }
        await task.value
        #expect(count.withLock(\.self) == 0)
    }
}
