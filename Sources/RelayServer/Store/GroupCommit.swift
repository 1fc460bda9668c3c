import Database
import RelayAPI
import Synchronization

/// Groups concurrent writes into one transaction, because a commit costs one disk flush regardless of its size.
///
/// Writes take effect in the order of submission. A write that throws `StoreError` must do so before it changes
/// anything, and then fails alone; any other error, such as a full disk, rolls back the whole batch. Every waiting
/// caller gets that error; deferred writes are retried until they succeed, before any later write.
struct GroupCommit: Sendable {
    enum Write: Sendable {
        /// Answered through its sink. A separate case rather than a closure, because there are tens of thousands per
        /// second.
        case message(IncomingMessage)
        /// Deletes from a device's queue; deferred.
        case removal([Int64], from: DeviceAddress)
        case other(Work)
    }

    struct Work: Sendable {
        let urgency: CommitUrgency
        /// Runs inside the transaction and stores its result.
        let run: @Sendable (WriteBatch) throws -> Void
        /// Answers the caller: with its result, or with the failure of the whole batch.
        let finish: @Sendable (_ failure: (any Error)?) -> Void
    }

    private let commits: SharedCommits<Write>
    private let batches: Batches

    /// `makeRoom` frees disk space, and returns false if there is none to free.
    init(
        writer: DatabaseWriter, limits: QueueLimits = QueueLimits(), auditKey: AuditKey? = nil,
        makeRoom: @escaping @Sendable () -> Bool = { false }
    ) {
        let batches = Batches(limits: limits, auditKey: auditKey, makeRoom: makeRoom)
        self.batches = batches
        commits = SharedCommits(writer, commit: batches.commit)
    }

    var figures: CommitFigures { batches.figures.withLock(\.self) }

    /// Runs `body` in a shared transaction and returns once it is on disk.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (WriteBatch) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit(.now, body) { continuation.resume(with: $0) }
        }
    }

    /// Runs `body` in a shared transaction, then `done`, which must be quick: it delays the next batch.
    func submit<Value: Sendable>(
        _ urgency: CommitUrgency, _ body: @escaping @Sendable (WriteBatch) throws -> Value,
        done: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        let outcome = Outcome<Value>()
        let work = Work(
            urgency: urgency,
            run: { batch in
                do {
                    outcome.set(.success(try body(batch)))
                } catch let error as StoreError {
                    outcome.set(.failure(error))
                }
            },
            finish: { failure in done(outcome.result(failure)) })
        commits.append(.other(work), urgency)
    }

    func accept(_ messages: [IncomingMessage]) { commits.append(messages.lazy.map { .message($0) }) }

    func remove(_ sequences: [Int64], from device: DeviceAddress) {
        commits.append(.removal(sequences, from: device), .soon)
    }
}

/// Commit statistics since the start.
struct CommitFigures: Sendable {
    var batches = 0
    var writes = 0
    var failedBatches = 0
    /// The number of batches with at most 1, 2, 4, … 512 writes.
    var batchSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
}

/// Runs batches, on the writer's thread.
private final class Batches: Sendable {
    let figures = Mutex(CommitFigures())
    private let limits: QueueLimits
    private let auditKey: AuditKey?
    private let makeRoom: @Sendable () -> Bool

    init(limits: QueueLimits, auditKey: AuditKey?, makeRoom: @escaping @Sendable () -> Bool) {
        (self.limits, self.auditKey, self.makeRoom) = (limits, auditKey, makeRoom)
    }

    /// - Returns: The deferred writes of a batch that failed.
    @Sendable
    func commit(_ writes: [GroupCommit.Write], _ connection: Connection) -> [GroupCommit.Write] {
        var settled: [SettledMessage] = []
        var failure: (any Error)?
        func commit() throws {
            settled = []
            try connection.transaction {
                let batch = WriteBatch(connection, auditKey)
                for write in writes { try run(write, in: batch, &settled) }
                try batch.finish()
            }
        }
        do {
            do {
                try commit()
            } catch let error as DatabaseError {
                guard error.kind == .full, makeRoom() else { throw error }
                try commit()
            }
        } catch {
            failure = error
            settled = writes.messages.map { SettledMessage($0, .failure(.unavailable("\(error)"))) }
        }
        figures.withLock { figures in
            figures.batches += 1
            figures.writes += writes.count
            figures.failedBatches += failure == nil ? 0 : 1
            figures.batchSizes.add(Double(writes.count))
        }
        answer(settled)
        for case .other(let work) in writes where failure == nil || work.urgency == .now {
            work.finish(failure)
        }
        return failure == nil ? [] : writes.filter { $0.urgency == .soon }
    }

    private func run(
        _ write: GroupCommit.Write, in batch: WriteBatch, _ settled: inout [SettledMessage]
    ) throws {
        switch write {
        case .message(let message):
            do {
                settled.append(SettledMessage(message, .success(try batch.accept(message, limits))))
            } catch let error as StoreError {
                settled.append(SettledMessage(message, .failure(error)))
            }
        case .removal(let sequences, let device): try batch.remove(sequences, from: device)
        case .other(let work): try work.run(batch)
        }
    }

    /// Calls each sink once per run of consecutive messages.
    private func answer(_ settled: [SettledMessage]) {
        var rest = settled[...]
        while let sink = rest.first?.message.sink {
            let messages = rest.prefix { $0.message.sink === sink }
            sink.settled(messages)
            rest = rest.dropFirst(messages.count)
        }
    }
}

extension GroupCommit.Write {
    fileprivate var urgency: CommitUrgency {
        switch self {
        case .message: .now
        case .removal: .soon
        case .other(let work): work.urgency
        }
    }
}

extension [GroupCommit.Write] {
    fileprivate var messages: [IncomingMessage] {
        compactMap { write in if case .message(let message) = write { message } else { nil } }
    }
}

/// The result of one write in a batch, set on the database's thread and read after the commit.
private final class Outcome<Value: Sendable>: Sendable {
    private let stored = Mutex<Result<Value, any Error>?>(nil)

    func set(_ result: Result<Value, any Error>) { stored.withLock { $0 = result } }

    func result(_ failure: (any Error)?) -> Result<Value, any Error> {
        if let failure { return .failure(StoreError.unavailable("\(failure)")) }
        return stored.withLock { $0 } ?? .failure(StoreError.unavailable("the write did not run"))
    }
}
