import Foundation
import Networking
import RelayAPI
import Synchronization

/// A sender and a receiver: counts, keeps the window full or the pace, acknowledges, and collects latencies.
final class Pair: Sendable {
    /// How messages are sent.
    enum Pace: Sendable {
        /// So many unanswered at a time, as fast as the answers come.
        case window(Int)
        /// So many a second, whatever comes back, from a share of the interval on: pairs take turns.
        case perSecond(Double, from: Double)
    }

    private struct State {
        var sentCount = 0
        var answeredCount = 0
        /// Microseconds from the making of each message to its arrival.
        var latencies: [Double] = []
        var unacknowledged: [UUID] = []
        var sender: ClientSocket?
        var receiver: ClientSocket?
        var failure: BenchmarkError?
        var finish: CheckedContinuation<[Double], any Error>?
    }

    private let source: BenchmarkDevice
    private let target: BenchmarkDevice
    private let byteCount: Int
    private let goal: Int
    private let pace: Pace
    private let loop: EventLoop
    private let state = Mutex(State())

    init(
        from source: BenchmarkDevice, to target: BenchmarkDevice, byteCount: Int, count: Int, pace: Pace,
        on loop: EventLoop
    ) {
        self.source = source
        self.target = target
        self.byteCount = byteCount
        self.goal = count
        self.pace = pace
        self.loop = loop
    }

    func openReceiver(port: Int) async throws {
        let socket = try await ClientSocket.open(target, port: port, on: loop) { self.received($0) }
        state.withLock { $0.receiver = socket }
    }

    func openSender(port: Int) async throws {
        let socket = try await ClientSocket.open(source, port: port, on: loop) { self.answered($0) }
        state.withLock { $0.sender = socket }
    }

    func close() {
        let (sender, receiver) = state.withLock { ($0.sender, $0.receiver) }
        sender?.close()
        receiver?.close()
    }

    /// Sends everything; returns the latencies when all was answered and, where there is a receiver, has arrived.
    func run() async throws -> [Double] {
        try await withCheckedThrowingContinuation { continuation in
            state.withLock { $0.finish = continuation }
            switch pace {
            case .window: loop.execute { self.fill() }
            case .perSecond(let rate, let share): keepPace(rate, from: share)
            }
        }
    }

    /// Waits for what the queue holds already.
    func drain(port: Int) async throws -> [Double] {
        state.withLock {
            $0.answeredCount = goal
            $0.latencies = []
        }
        async let latencies = withCheckedThrowingContinuation { continuation in
            state.withLock { $0.finish = continuation }
        }
        try await openReceiver(port: port)
        return try await latencies
    }

    /// On a task's clock: a loop's timers are true to the millisecond only, and would send in clumps.
    private func keepPace(_ rate: Double, from share: Double) {
        Task {
            let interval = Duration.seconds(1 / max(1, min(rate, 1000)))
            let start = ContinuousClock.now + interval * share
            for turn in 0... {
                try await Task.sleep(until: start + interval * turn, tolerance: .zero)
                let due = min(goal, Int(start.duration(to: .now) / .seconds(1) * rate) + 1)
                loop.execute { self.send(due - self.state.withLock { $0.sentCount }) }
                if due == goal { break }
            }
        }
    }

    private func fill() {
        guard case .window(let window) = pace else { return }
        send(state.withLock { min(goal, $0.answeredCount + window) - $0.sentCount })
    }

    private func send(_ count: Int) {
        guard count > 0, let sender = state.withLock({ $0.sender }) else { return }
        do {
            let frames = try (0..<count).map { _ in
                ClientFrame.send(try source.envelope(to: target.address, byteCount: byteCount))
            }
            state.withLock { $0.sentCount += count }
            sender.send(frames)
        } catch {
            fail("\(error)")
        }
    }

    private func answered(_ event: ClientSocket.Event) {
        switch event {
        case .frame(.sent): state.withLock { $0.answeredCount += 1 }
        case .frame(.refused(_, let problem)): fail("the relay refused a message: \(problem)")
        case .frame: break
        case .idle:
            fill()
            finishIfDone()
        }
    }

    private func received(_ event: ClientSocket.Event) {
        switch event {
        case .frame(.envelope(let envelope)):
            state.withLock { state in
                state.latencies.append(envelope.age)
                state.unacknowledged.append(envelope.messageId)
            }
        case .frame: break
        case .idle:
            let (ids, receiver) = state.withLock { state in
                defer { state.unacknowledged = [] }
                return (state.unacknowledged, state.receiver)
            }
            guard !ids.isEmpty else { return }
            receiver?.send([.ack(ids)])
            finishIfDone()
        }
    }

    private func finishIfDone() {
        let done = state.withLock { state -> (CheckedContinuation<[Double], any Error>, [Double])? in
            let hasArrived = state.receiver == nil || state.latencies.count >= goal
            guard state.answeredCount >= goal, hasArrived, let finish = state.finish else { return nil }
            state.finish = nil
            return (finish, state.latencies)
        }
        done?.0.resume(returning: done?.1 ?? [])
    }

    private func fail(_ text: String) {
        let finish = state.withLock { state in
            defer { state.finish = nil }
            return state.finish
        }
        finish?.resume(throwing: BenchmarkError(text))
    }
}
