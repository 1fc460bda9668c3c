import HTTP
import Synchronization

/// One exchange, shared by the engine's thread, which adds incoming data, and the task that takes it.
final class Transfer: Sendable {
    typealias Failure = HTTPClient.Failure

    struct Head: Sendable {
        let status: Int
        let fields: HTTPFields
    }

    /// If this many bytes wait to be read, the server has to wait.
    static let maxWaitingByteCount = 256 * 1024

    private enum Stage { case connection, firstByte, body, paused }

    private struct State {
        var stage = Stage.connection
        var stageBegin = ContinuousClock.now
        var head: Head?
        var waiting: [UInt8] = []
        var end: Result<Void, Failure>?
        var reader: CheckedContinuation<Void, Never>?

        mutating func enter(_ stage: Stage) { (self.stage, stageBegin) = (stage, .now) }
    }

    let request: HTTPClient.Request
    let address: WebAddress
    private let begin: ContinuousClock.Instant
    private let engine: Engine
    /// Keeps the client alive, so that a transfer in progress completes.
    private let client: HTTPClient
    private let state = Mutex(State())

    init(
        _ request: HTTPClient.Request, to address: WebAddress, since begin: ContinuousClock.Instant,
        on engine: Engine, keeping client: HTTPClient
    ) {
        (self.request, self.address, self.begin) = (request, address, begin)
        (self.engine, self.client) = (engine, client)
    }

    // MARK: The reader's task

    /// Starts the transfer, and waits for the head of the response.
    func head() async throws(Failure) -> Head {
        engine.order(.start(self))
        return try await next { state in
            if let head = state.head { return .success(head) }
            return switch state.end {
            case .failure(let failure): .failure(failure)
            case .success: .failure(.brokenOff("there was no answer"))
            case nil: nil
            }
        }
    }

    /// All bytes received since the last call, otherwise the next ones; nil at the end.
    func nextPiece() async throws(Failure) -> [UInt8]? {
        let (piece, wasPaused) = try await next { state -> Result<([UInt8]?, Bool), Failure>? in
            guard state.waiting.isEmpty else {
                defer { state.waiting = [] }
                return .success((state.waiting, state.stage == .paused))
            }
            return state.end.map { end in end.map { (nil, false) } }
        }
        if wasPaused { engine.order(.resume(self)) }
        return piece
    }

    func cancel() {
        if state.withLock({ $0.end == nil }) { engine.order(.cancel(self)) }
    }

    /// Waits until there is something to take.
    private func next<Value: Sendable>(
        _ take: @Sendable (inout State) -> Result<Value, Failure>?
    ) async throws(Failure) -> Value {
        try await withTaskCancellationHandler {
            while true {
                var result: Result<Value, Failure>?
                await withCheckedContinuation { continuation in
                    state.withLock { state in
                        precondition(state.reader == nil, "a body has one reader")
                        result = take(&state)
                        if result == nil { state.reader = continuation }
                    }
                    if result != nil { continuation.resume() }
                }
                if let result { return result }
            }
        } onCancel: {
            cancel()
        }.get()
    }

    // MARK: The engine's thread

    var hasEnded: Bool { state.withLock { $0.end != nil } }

    /// The connection is established, and the request is being sent.
    func connected() { change { $0.enter(.firstByte) } }

    func begin(_ head: Head) {
        change { state in
            state.head = head
            state.enter(.body)
        }
    }

    /// - Returns: False if the server has to wait; libcurl then passes the same bytes again.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        change { state in
            guard state.waiting.count < Self.maxWaitingByteCount else {
                state.enter(.paused)
                return false
            }
            state.waiting.append(contentsOf: bytes)
            state.enter(.body)
            return true
        }
    }

    func resumed() { change { if $0.stage == .paused { $0.enter(.body) } } }

    /// Only the first result counts.
    func end(_ result: Result<Void, Failure>) { change { $0.end = $0.end ?? result } }

    private func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        let (value, reader) = state.withLock { state in
            defer { state.reader = nil }
            return (body(&state), state.reader)
        }
        reader?.resume()
        return value
    }

    /// The time at which it fails unless data arrives, and the stage of that limit.
    var deadline: (time: ContinuousClock.Instant, stage: Failure.Stage) {
        let limits = request.limits
        let (stage, stageBegin) = state.withLock { ($0.stage, $0.stageBegin) }
        let end = (time: begin + limits.total, stage: Failure.Stage.end)
        let own: (time: ContinuousClock.Instant, stage: Failure.Stage) =
            switch stage {
            case .connection: (stageBegin + limits.connection, .connection)
            case .firstByte: (stageBegin + limits.firstByte, .firstByte)
            case .body: (stageBegin + limits.nextPiece, .nextPiece)
            case .paused: end
            }
        return own.time < end.time ? own : end
    }
}
