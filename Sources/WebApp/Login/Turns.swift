import Synchronization

/// Lets waiting callers continue one at a time, separately for each key.
///
/// Every other turn is of the one that came last, the rest are in order. So a line that somebody has filled keeps nobody
/// else waiting, and whoever waits is heard in the end.
final class Turns<Key: Hashable & Sendable>: Sendable {
    private struct Line {
        /// By ticket, which rises.
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        /// In order; those that have left are skipped.
        var tickets: ArraySlice<Int> = []
        var isLastsTurn = true

        mutating func next() -> CheckedContinuation<Void, any Error>? {
            defer { isLastsTurn.toggle() }
            while let ticket = isLastsTurn ? tickets.popLast() : tickets.popFirst() {
                if let continuation = waiting.removeValue(forKey: ticket) { return continuation }
            }
            return nil
        }
    }

    private struct State {
        var lines: [Key: Line] = [:]
        var lastTicket = 0
    }

    private let length: Duration
    private let pause: @Sendable (Duration) async throws -> Void
    private let state = Mutex(State())

    init(of length: Duration, pause: @escaping @Sendable (Duration) async throws -> Void) {
        self.length = length
        self.pause = pause
    }

    func waitingCount(for key: Key) -> Int { state.withLock { $0.lines[key]?.waiting.count ?? 0 } }

    /// Returns when it is the caller's turn, after one turn at least.
    ///
    /// - Throws: `CancellationError`; the place in the line is then given up.
    func wait(for key: Key) async throws {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isFirst = state.withLock { state -> Bool? in
                    // Looked at under the lock: a cancellation before is seen here, and one after finds the ticket.
                    guard !Task.isCancelled else { return nil }
                    let isFirst = state.lines[key] == nil
                    state.lines[key, default: Line()].waiting[ticket] = continuation
                    state.lines[key, default: Line()].tickets.append(ticket)
                    return isFirst
                }
                guard let isFirst else { return continuation.resume(throwing: CancellationError()) }
                if isFirst { serve(key) }
            }
        } onCancel: {
            state.withLock { $0.lines[key]?.waiting.removeValue(forKey: ticket) }?
                .resume(throwing: CancellationError())
        }
    }

    /// Not owned by a task group: it serves all waiting callers, and ends with the last of them.
    private func serve(_ key: Key) {
        Task {
            repeat {
                do { try await pause(length) } catch { return giveUp(key) }
            } while callNext(key)
        }
    }

    /// - Returns: Whether anyone was waiting.
    private func callNext(_ key: Key) -> Bool {
        let next = state.withLock { state in
            let next = state.lines[key]?.next()
            if next == nil { state.lines[key] = nil }
            return next
        }
        next?.resume()
        return next != nil
    }

    private func giveUp(_ key: Key) {
        guard let line = state.withLock({ $0.lines.removeValue(forKey: key) }) else { return }
        for continuation in line.waiting.values { continuation.resume(throwing: CancellationError()) }
    }
}
