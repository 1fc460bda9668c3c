import Synchronization
import Values

/// Counters since the relay started.
final class RelayMetrics: Sendable {
    struct Counts: Sendable {
        var accepted = 0
        var delivered = 0
        var acknowledged = 0
        var expired = 0
        /// Messages and registrations rejected for lack of disk or memory.
        var shed = 0
        /// Sockets opened.
        var connections = 0
        /// Seconds from sending a message until its acknowledgement.
        var ackLatency = Histogram(
            bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])
        /// In seconds, the last thousand, unordered.
        var latencies: [Double] = []
        /// Messages accepted in each of the last 60 seconds, by second modulo 60.
        var perSecond = [(second: Int64, count: Int)](repeating: (0, 0), count: 60)
    }

    static let maxLatencyCount = 1000

    let startedAt = ContinuousClock.now
    private let counts = Mutex(Counts())

    var now: Counts { counts.withLock { $0 } }

    func accepted(_ count: Int) {
        guard count > 0 else { return }
        let second = currentSecond
        counts.withLock { counts in
            counts.accepted += count
            let slot = Int(second % 60)
            let known = counts.perSecond[slot]
            counts.perSecond[slot] = (second, known.second == second ? known.count + count : count)
        }
    }

    func delivered(_ count: Int) { counts.withLock { $0.delivered += count } }
    func expired(_ count: Int) { counts.withLock { $0.expired += count } }
    func shed() { counts.withLock { $0.shed += 1 } }
    func connected() { counts.withLock { $0.connections += 1 } }

    func acknowledged(_ latencies: [Duration]) {
        counts.withLock { counts in
            for latency in latencies {
                let seconds = latency.seconds
                counts.ackLatency.add(seconds)
                if counts.latencies.count < Self.maxLatencyCount {
                    counts.latencies.append(seconds)
                } else {
                    counts.latencies[counts.acknowledged % Self.maxLatencyCount] = seconds
                }
                counts.acknowledged += 1
            }
        }
    }

    /// Messages accepted per second over the last minute, or since the start if that is shorter.
    var acceptedPerSecond: Double {
        let second = currentSecond
        let total = now.perSecond.reduce(0) { $0 + (second - $1.second < 60 ? $1.count : 0) }
        return Double(total) / Double(min(60, second + 1))
    }

    private var currentSecond: Int64 { startedAt.duration(to: .now).components.seconds }
}
