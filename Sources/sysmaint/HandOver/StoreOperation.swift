import Dispatch
import Foundation
import KeyStore
import Messenger

/// What a command does with a key store, wherever that is open: in the command's own process, or in the one that owns it.
protocol StoreOperation: Codable, Sendable {
    associatedtype Outcome: Codable, Sendable

    /// How long the command waits for another process that carries it out.
    static var patience: Duration { get }

    /// - Throws: What `Failure` describes; nothing has changed then.
    func run(by messenger: Messenger) async throws -> Outcome
}

extension StoreOperation {
    static var patience: Duration { .seconds(15) }

    static var name: String { String(describing: Self.self) }

    /// Has the process that owns a store carry this out.
    ///
    /// - Returns: Nil where no such process listens; nothing was done then.
    /// - Throws: The owner's `Failure`.
    func handOver(beside store: String) async throws -> Outcome? {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try exchange(beside: store) })
            }
        }
    }

    private func exchange(beside store: String) throws -> Outcome? {
        guard let socket = LocalSocket.connect(beside: store) else { return nil }
        defer { close(socket) }
        LocalSocket.setTimeout(Self.patience, of: socket)
        // An owner that is ending accepts nothing and sends no response.
        try? LocalSocket.write(HandedWork(operation: self), to: socket)
        guard let line = LocalSocket.readLine(socket, limit: LocalSocket.maxAnswerByteCount),
            let answer = try? JSONDecoder().decode(HandedAnswer<Outcome>.self, from: line)
        else {
            throw Failure(
                .busy, "the process that uses the key store has not said what became of the command",
                help:
                    "See whether it was carried out before you repeat it; for messages: sysmaint inbox --all"
            )
        }
        return try answer.get()
    }
}

extension IdentityOptions {
    /// Has the process that owns the identity's store carry the operation out, if there is one; otherwise opens the store.
    /// What takes long is shown as `progress`.
    func perform<Operation: StoreOperation>(
        _ operation: Operation, _ settings: Settings, progress title: String? = nil
    ) async throws -> Operation.Outcome {
        func shown<Value>(_ work: () async throws -> Value) async throws -> Value {
            guard let title else { return try await work() }
            return try await Progress.shown(title) { _ in try await work() }
        }
        let path = try path(settings)
        if let outcome = try await shown({ try await operation.handOver(beside: path) }) { return outcome }
        let store: KeyStore
        do {
            store = try openStore(settings)
        } catch KeyStoreError.inUse(let path, let owner) {
            // One that has begun to listen meanwhile.
            guard let outcome = try await operation.handOver(beside: path) else {
                throw KeyStoreError.inUse(path: path, by: owner)
            }
            return outcome
        }
        defer { store.close() }
        return try await shown { try await operation.run(by: settings.messenger(store)) }
    }
}

extension ClientOptions {
    func perform<Operation: StoreOperation>(_ operation: Operation) async throws -> Operation.Outcome {
        try await identity.perform(operation, settings())
    }
}
