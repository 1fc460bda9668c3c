import Foundation
import RelayAPI
import Synchronization

/// The peers for whom the relay lists an unapproved key.
///
/// Until somebody decides, asking again brings the same answer and uses up a prekey each time: such a peer is asked for
/// less and less often. In memory only: a process that starts again asks anew.
final class UnapprovedBundles: Sendable {
    /// The pause after the first request; each later one is twice as long.
    static let firstPause: TimeInterval = 15
    static let longestPause: TimeInterval = 3600

    private struct Pause {
        let begin: Date
        let length: TimeInterval
    }

    private struct State {
        var pauses: [IdentityID: Pause] = [:]
        var decisionCount = 0
    }

    private let state = Mutex(State())

    /// The number of decisions so far.
    var decisionCount: Int { state.withLock { $0.decisionCount } }

    /// How long it is until the peer's bundle may be asked for; zero for now. A clock that was set back ends a pause.
    func rest(of peer: IdentityID, at now: Date) -> TimeInterval {
        guard let pause = state.withLock({ $0.pauses[peer] }) else { return 0 }
        let elapsed = now.timeIntervalSince(pause.begin)
        return elapsed < 0 ? 0 : max(0, pause.length - elapsed)
    }

    /// The peer's bundle had a key that nobody has approved. It was asked for when there were `decisionCount` decisions: with
    /// another one since, it says nothing.
    func note(_ peer: IdentityID, at now: Date, after decisionCount: Int) {
        state.withLock { state in
            guard state.decisionCount == decisionCount else { return }
            let length = state.pauses[peer].map { min($0.length * 2, Self.longestPause) } ?? Self.firstPause
            state.pauses[peer] = Pause(begin: now, length: length)
        }
    }

    /// Called when the relay lists the approved key again.
    func forget(_ peer: IdentityID) { state.withLock { $0.pauses[peer] = nil } }

    /// Called after a decision about the peer's keys.
    func decided(_ peer: IdentityID) {
        state.withLock { state in
            state.decisionCount += 1
            state.pauses[peer] = nil
        }
    }
}
