import Cryptography
import Synchronization

/// Nonces to be signed. Each is valid once and for one minute.
///
/// Memory is bounded: beyond `maxCount` the oldest is dropped.
final class Nonces: Sendable {
    static let byteCount = 32
    static let maxCount = 10_000
    static let lifetime = Duration.seconds(60)

    private struct State {
        var issued: [[UInt8]: ContinuousClock.Instant] = [:]
        /// In order of issue; used ones are skipped.
        var order: [[UInt8]] = []
        var next = 0
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    func issue() -> [UInt8] {
        let nonce = SecureRandom.bytes(Self.byteCount)
        let moment = now()
        state.withLock { state in
            state.issued[nonce] = moment
            state.order.append(nonce)
            while state.order.count - state.next > Self.maxCount {
                state.issued[state.order[state.next]] = nil
                state.next += 1
            }
            if state.next > Self.maxCount {
                state.order.removeFirst(state.next)
                state.next = 0
            }
        }
        return nonce
    }

    /// Consumes a nonce. Returns whether it was issued within the last minute and not yet used.
    func use(_ nonce: [UInt8]) -> Bool {
        let moment = now()
        return state.withLock { state in
            guard let issuedAt = state.issued.removeValue(forKey: nonce) else { return false }
            return moment - issuedAt <= Self.lifetime
        }
    }
}
