import Foundation
import RelayAPI
import Synchronization

/// The most recent envelopes, in memory, so that a person can see what the relay sees.
final class RecentEnvelopes: Sendable {
    static let maxMessageCount = 64

    private struct State {
        var envelopes: [UUID: [Envelope]] = [:]
        /// Oldest first.
        var order: [UUID] = []
    }

    private let state = Mutex(State())

    func note(_ envelope: Envelope) {
        state.withLock { state in
            let id = envelope.messageId
            if state.envelopes[id] == nil {
                state.order.append(id)
                if state.order.count > Self.maxMessageCount {
                    state.envelopes[state.order.removeFirst()] = nil
                }
            }
            guard state.envelopes[id]?.contains(envelope) != true else { return }
            state.envelopes[id, default: []].append(envelope)
        }
    }

    func envelopes(of id: UUID) -> [Envelope] { state.withLock { $0.envelopes[id] ?? [] } }
}
