import Foundation
import HTTP
import Synchronization

/// One exchange: libcurl's callbacks put in what arrives, on the engine's thread, and tasks take it out.
final class Transfer: Sendable {
    struct Head: Sendable {
        var status = 0
        var fields: HTTPFields = [:]
    }

    /// With this many bytes unread the server has to wait.
    static let maxUnreadByteCount = 256 * 1024
    static let maxFieldCount = 200

    private enum Waiter {
        case head(CheckedContinuation<Result<Head, HTTPError>, Never>)
        case piece(CheckedContinuation<Result<Data?, HTTPError>, Never>)
    }

    private enum Stage { case connect, firstByte, body, paused }

    private struct State {
        var stage = Stage.connect
        var stageBegan = ContinuousClock.now
        var head = Head()
        var isHeadComplete = false
        var unread = Data()
        var end: Result<Void, HTTPError>?
        var waiter: Waiter?

        mutating func enter(_ stage: Stage) {
            self.stage = stage
            stageBegan = .now
        }
    }

    let request: HTTPRequest
    private let engine: Engine
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    init(_ request: HTTPRequest, on engine: Engine) {
        self.request = request
        self.engine = engine
    }

    // MARK: For tasks

    /// Starts it and waits for the head of the response.
    func start() async throws(HTTPError) -> Head {
        try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.waiter = .head(continuation) }
                engine.order(.start(self))
                if Task.isCancelled { cancel() }
            }
        } onCancel: {
            cancel()
        }.get()
    }

    /// What has arrived since the last call, or what arrives next; nil at the end.
    func nextPiece() async throws(HTTPError) -> Data? {
        try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let wasPaused = state.withLock { state in
                    precondition(state.waiter == nil, "a body has one reader")
                    state.waiter = .piece(continuation)
                    return state.stage == .paused
                }
                serveWaiter()
                if wasPaused { engine.order(.resume(self)) }
            }
        } onCancel: {
            cancel()
        }.get()
    }

    func cancel() {
        guard state.withLock({ $0.end == nil }) else { return }
        engine.order(.cancel(self))
    }

    /// Resumes the waiter, if there is one and something to give it.
    private func serveWaiter() {
        let resumption: (() -> Void)? = state.withLock { state in
            switch state.waiter {
            case .head(let continuation):
                if state.isHeadComplete {
                    state.waiter = nil
                    return { [head = state.head] in continuation.resume(returning: .success(head)) }
                }
                guard let end = state.end else { return nil }
                state.waiter = nil
                let result = end.flatMap {
                    .failure(HTTPError.connectionLost("it ended before the response"))
                }
                return { continuation.resume(returning: result) }
            case .piece(let continuation):
                if !state.unread.isEmpty {
                    let piece = state.unread
                    (state.unread, state.waiter) = (Data(), nil)
                    return { continuation.resume(returning: .success(piece)) }
                }
                guard let end = state.end else { return nil }
                state.waiter = nil
                return { continuation.resume(returning: end.map { nil }) }
            case nil: return nil
            }
        }
        resumption?()
    }

    // MARK: For the engine's thread

    /// Connected; the request goes out.
    func connected() { state.withLock { $0.enter(.firstByte) } }

    /// Takes a line of the head, of an interim response or of a trailer.
    func takeHeadLine(_ bytes: UnsafeRawBufferPointer) {
        var line = Substring(decoding: bytes, as: UTF8.self)
        while line.last?.isNewline == true { line.removeLast() }
        let isComplete = state.withLock { state in
            guard !state.isHeadComplete else { return false }
            if line.hasPrefix("HTTP/") {
                state.head = Head(status: Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0)
            } else if let colon = line.firstIndex(of: ":"), state.head.fields.count < Self.maxFieldCount {
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                state.head.fields.add(String(line[..<colon]), value)
            } else if line.isEmpty, state.head.status >= 200 {
                state.isHeadComplete = true
                state.enter(.body)
            }
            return state.isHeadComplete
        }
        if isComplete { serveWaiter() }
    }

    /// - Returns: False where the server has to wait; libcurl then offers the same bytes again.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let isTaken = state.withLock { state in
            guard state.unread.count < Self.maxUnreadByteCount else {
                state.enter(.paused)
                return false
            }
            state.unread.append(contentsOf: bytes)
            state.enter(.body)
            return true
        }
        if isTaken { serveWaiter() }
        return isTaken
    }

    func resumed() { state.withLock { if $0.stage == .paused { $0.enter(.body) } } }

    func end(_ result: Result<Void, HTTPError>) {
        state.withLock { $0.end = $0.end ?? result }
        serveWaiter()
    }

    /// When the exchange is given up, and at which stage.
    var deadline: (moment: ContinuousClock.Instant, stage: HTTPError.Stage) {
        let limits = request.limits
        let total = (began + limits.total, HTTPError.Stage.total)
        let (stage, stageBegan) = state.withLock { ($0.stage, $0.stageBegan) }
        let own: (ContinuousClock.Instant, HTTPError.Stage)? =
            switch stage {
            case .connect: (stageBegan + limits.connect, .connect)
            case .firstByte: (stageBegan + limits.firstByte, .firstByte)
            case .body: (stageBegan + limits.silence, .silence)
            // The reader takes the time, not the server.
            case .paused: nil
            }
        return own.map { $0.0 < total.0 ? $0 : total } ?? total
    }
}
