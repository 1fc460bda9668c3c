import Foundation
import Synchronization

/// A wall clock that stands until it is moved.
package final class WallClock: Sendable {
    private let time: Mutex<Date>

    package init(_ time: Date = Date(timeIntervalSince1970: 1_800_000_000)) { self.time = Mutex(time) }

    package var now: Date { time.withLock { $0 } }
    package func advance(by seconds: TimeInterval) { time.withLock { $0 += seconds } }
    package func advance(by duration: Duration) { advance(by: duration / .seconds(1)) }
    package func advance(days: Double) { advance(by: days * 86_400) }
}

/// A clock on which waits take a fraction of their time.
package struct HurriedClock: Clock {
    private let base = ContinuousClock()
    private let factor: Int

    package init(factor: Int = 50) { self.factor = factor }

    package var now: ContinuousClock.Instant { base.now }
    package var minimumResolution: Duration { base.minimumResolution }

    package func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try await base.sleep(for: (deadline - base.now) / factor)
    }
}
