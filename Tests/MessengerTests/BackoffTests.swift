import Testing
import TestSupport
import VectorSupport

@testable import Messenger

struct BackoffTests {
    @Test func waitsDoubleUpToALimitAndVary() {
        let seed: UInt64 = 5
        var random = SeededRandom(seed: seed)
        var backoff = Backoff()
        var ceiling = Backoff.first
        for _ in 0..<20 {
            let wait = backoff.next(using: &random)
            #expect(wait >= ceiling * 0.5 && wait <= ceiling, "seed \(seed)")
            ceiling = min(ceiling * 2, Backoff.limit)
        }
        #expect(ceiling == Backoff.limit)
        #expect(Set((0..<20).map { _ in backoff.next(using: &random) }).count > 10)
    }

    @Test func successMakesTheNextWaitShort() {
        var backoff = Backoff()
        for _ in 0..<10 { _ = backoff.next() }
        backoff.reset()
        #expect(backoff.next() <= Backoff.first)
    }
}
