import Dispatch
import Foundation
import Synchronization

/// The one connection that writes, on a thread of its own.
///
/// Writes that wait at the same time share a transaction, because a commit costs a flush of the disk however much it
/// holds. They take effect in the order in which they were submitted.
///
/// An actor whose `unownedExecutor` is the writer's runs on its thread, and reaches the connection without waiting.
package final class DatabaseWriter: Sendable {
    private let thread: WriterThread

    /// Opens a database; `prepare` runs first, as to migrate it.
    package init(
        _ path: String, _ options: Connection.Options = .init(),
        prepare: @escaping @Sendable (Connection) throws -> Void = { _ in }
    ) throws {
        thread = WriterThread()
        try thread.start {
            let connection = try Connection(path, options)
            try prepare(connection)
            return connection
        }
    }

    /// What was submitted is still done.
    deinit { thread.stop() }

    /// For actors that keep this writer.
    package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Runs `body` in a transaction, maybe with others, and returns once that is on disk.
    ///
    /// If it throws, what it wrote itself is undone. Where a shared transaction fails as a whole, each part is tried
    /// again alone, so that nobody suffers for another: `body` may run twice.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit(body) { continuation.resume(with: $0) }
        }
    }

    /// As `write`, for threads that may wait.
    @discardableResult
    package func writeAndWait<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) throws -> Value {
        try thread.waiting { submit(body, done: $0) }
    }

    /// As `write`; `done` runs on the writer's thread and must be quick: the next transaction waits for it.
    package func submit<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value,
        done: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        let value = Box<Value>()
        thread.add(
            .write(
                WriterThread.Write(
                    run: { value.set(try body($0)) }, finish: { failure in done(value.result(failure)) })))
    }

    /// Runs `body` alone and without a transaction, behind what was submitted before: for settings and checkpoints, or
    /// for a transaction that is shared with nobody.
    @discardableResult
    package func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            thread.add(.alone { connection in continuation.resume(with: Result { try body(connection) }) })
        }
    }

    /// As `perform`, for those who do not wait for it.
    package func performLater(_ body: @escaping @Sendable (Connection) -> Void) { thread.add(.alone(body)) }

    /// As `perform`, for threads that may wait.
    @discardableResult
    package func performAndWait<Value: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Value
    ) throws -> Value {
        try thread.waiting { done in
            thread.add(.alone { connection in done(Result { try body(connection) }) })
        }
    }

    /// Lends the connection to code that runs on the writer's thread already, as that of an actor.
    package func assumeIsolated<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        thread.preconditionIsolated("this is not the writer's thread")
        return try body(thread.isolatedConnection)
    }

    /// Closes the file when all is done that was submitted. What comes later fails with `.closed`.
    package func close() { try? performAndWait { $0.close() } }
}

/// The thread, which lives until it is stopped and there is nothing left to do.
private final class WriterThread: SerialExecutor {
    struct Write: Sendable {
        /// Does its part inside the transaction and keeps what came of it.
        let run: @Sendable (Connection) throws -> Void
        /// Answers the caller: with what came of it, or with why that was not written.
        let finish: @Sendable (_ failure: (any Error)?) -> Void
    }

    enum Work: Sendable {
        case write(Write)
        case alone(@Sendable (Connection) -> Void)
        case job(UnownedJob)
    }

    private struct State {
        var waiting: [Work] = []
        var isAsleep = false
        var isStopped = false
        var thread: pthread_t?
    }

    /// Bounds how long the first of a transaction waits for the last.
    private static let maxBatchCount = 512

    private let state = Mutex(State())
    private let alarm = DispatchSemaphore(value: 0)
    /// Touched by this thread alone.
    nonisolated(unsafe) private var connection: Connection?

    // MARK: Other threads

    func start(_ open: @escaping @Sendable () throws -> Connection) throws {
        let failure = Box<(any Error)>()
        let opened = DispatchSemaphore(value: 0)
        let thread = Thread { [self] in
            do { connection = try open() } catch { failure.set(error) }
            state.withLock { $0.thread = pthread_self() }
            opened.signal()
            run()
        }
        thread.name = "database writer"
        thread.start()
        opened.wait()
        if let error = failure.value {
            stop()
            throw error
        }
    }

    func add(_ work: Work) {
        let wakes = state.withLock { state in
            state.waiting.append(work)
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wakes { alarm.signal() }
    }

    func stop() {
        let wakes = state.withLock { state in
            state.isStopped = true
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wakes { alarm.signal() }
    }

    func waiting<Value: Sendable>(
        _ begin: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
    ) throws -> Value {
        precondition(!isThisThread, "the writer's thread would wait for itself")
        let result = Box<Result<Value, any Error>>()
        let done = DispatchSemaphore(value: 0)
        begin {
            result.set($0)
            done.signal()
        }
        done.wait()
        return try (result.value ?? .failure(CancellationError())).get()
    }

    func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

    func checkIsolated() { precondition(isThisThread, "this is not the writer's thread") }

    private var isThisThread: Bool {
        state.withLock { $0.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    // MARK: This thread

    var isolatedConnection: Connection {
        get throws {
            guard let connection else { throw CancellationError() }
            return connection
        }
    }

    private func run() {
        while let batch = next() {
            var writes: [Write] = []
            for work in batch {
                if case .write(let write) = work, writes.count < Self.maxBatchCount {
                    writes.append(write)
                    continue
                }
                commit(writes)
                writes = []
                switch work {
                case .write(let write): writes = [write]
                case .alone(let body): if let connection { body(connection) }
                case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
                }
            }
            commit(writes)
        }
        connection?.close()
    }

    /// Waits for work; nil when there is none and there will be none.
    private func next() -> [Work]? {
        while true {
            let work: [Work]? = state.withLock { state in
                guard state.waiting.isEmpty else {
                    defer { state.waiting = [] }
                    return state.waiting
                }
                state.isAsleep = !state.isStopped
                return state.isStopped ? nil : []
            }
            guard let work, work.isEmpty else { return work }
            alarm.wait()
        }
    }

    private func commit(_ writes: [Write]) {
        guard let connection else { return }
        if writes.count > 1, commitTogether(writes, connection) { return }
        for write in writes {
            do {
                try connection.transaction { try write.run(connection) }
                write.finish(nil)
            } catch {
                write.finish(error)
            }
        }
    }

    /// False where the transaction failed as a whole; nothing is written then, and nobody answered.
    private func commitTogether(_ writes: [Write], _ connection: Connection) -> Bool {
        var failures: [(any Error)?] = []
        do {
            try connection.transaction {
                for write in writes {
                    do {
                        try connection.savepoint { try write.run(connection) }
                        failures.append(nil)
                    } catch {
                        guard connection.isInTransaction else { throw error }
                        failures.append(error)
                    }
                }
            }
        } catch {
            return false
        }
        for (write, failure) in zip(writes, failures) { write.finish(failure) }
        return true
    }
}

/// A value that one thread sets and another one reads.
final class Box<Value: Sendable>: Sendable {
    private let mutex = Mutex<Value?>(nil)

    var value: Value? { mutex.withLock { $0 } }

    func set(_ value: Value) { mutex.withLock { $0 = value } }

    func result(_ failure: (any Error)?) -> Result<Value, any Error> {
        if let failure { return .failure(failure) }
        return value.map(Result.success) ?? .failure(CancellationError())
    }
}
