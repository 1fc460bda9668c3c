import Dispatch
import Foundation
import KeyStore
import MaintenanceAPI
import Messenger
import RelayAPI
import Services

/// A message that a command gives to the owner of its store to send.
struct HandedMessage: Codable {
    let id: UUID
    let peer: IdentityID
    let message: TypedMessage
}

/// What became of it.
struct HandedOutcome: Codable {
    /// How far it came within a few seconds.
    var delivery: HistoryEntry.Delivery?
    var failure: String?
    /// Why it was not taken.
    var refusal: Refusal?

    struct Refusal: Codable {
        let code: Int32
        let message: String
        let help: String?
    }
}

extension HandedMessage {
    /// Gives the message to the process that owns the store.
    ///
    /// - Returns: Nil where no such process listens; nothing was sent then.
    /// - Throws: The owner's `Failure`.
    func handOver(beside store: String) async throws -> HandedOutcome? {
        let outcome: HandedOutcome? = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try exchange(beside: store) })
            }
        }
        if let refusal = outcome?.refusal {
            throw Failure(
                Failure.Code(rawValue: refusal.code) ?? .internalError, refusal.message, help: refusal.help)
        }
        return outcome
    }

    private func exchange(beside store: String) throws -> HandedOutcome? {
        guard let socket = LocalSocket.connect(beside: store) else { return nil }
        defer { close(socket) }
        LocalSocket.setTimeout(HandOver.patience * 3, of: socket)
        try LocalSocket.write(self, to: socket)
        guard let line = LocalSocket.readLine(socket),
            let outcome = try? JSONDecoder().decode(HandedOutcome.self, from: line)
        else {
            throw Failure(
                .busy, "the process that uses the key store has not said what became of the message",
                help: "See whether it was sent with: sysmaint inbox --all --offline")
        }
        return outcome
    }
}

/// Takes in the messages that commands hand over, beside a running messenger.
struct HandOver: Service {
    let messenger: Messenger

    /// How long to wait for the relay before an answer.
    static let patience = Duration.seconds(5)

    func run() async throws {
        // Without a socket, commands wait for the store and say who owns it.
        guard let socket = LocalSocket.listen(beside: messenger.store.path) else {
            return await gracefulShutdown()
        }
        let (connections, arrival) = AsyncStream.makeStream(of: Int32.self)
        let source = DispatchSource.makeReadSource(fileDescriptor: socket, queue: .global())
        source.setEventHandler {
            if let connection = LocalSocket.accept(socket) { arrival.yield(connection) }
        }
        source.setCancelHandler { close(socket) }
        source.resume()
        defer {
            source.cancel()
            LocalSocket.remove(beside: messenger.store.path)
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await connection in connections { group.addTask { await serve(connection) } }
            }
        }
    }

    private func serve(_ connection: Int32) async {
        defer { close(connection) }
        guard LocalSocket.isOurs(connection) else { return }
        LocalSocket.setTimeout(Self.patience, of: connection)
        let line = await withCheckedContinuation { (continuation: CheckedContinuation<Data?, Never>) in
            DispatchQueue.global().async { continuation.resume(returning: LocalSocket.readLine(connection)) }
        }
        guard let line, let handed = try? JSONDecoder().decode(HandedMessage.self, from: line) else { return }
        let outcome = await outcome(of: handed)
        // Who does not wait for the answer misses it.
        try? LocalSocket.write(outcome, to: connection)
    }

    private func outcome(of handed: HandedMessage) async -> HandedOutcome {
        let changes = messenger.deliveries()
        do {
            try await messenger.send(handed.message, to: handed.peer, class: .durable, id: handed.id)
        } catch {
            let failure = Failure(describing: error) ?? Failure(.internalError, "unexpected error: \(error)")
            return HandedOutcome(
                refusal: .init(code: failure.code.rawValue, message: failure.message, help: failure.help))
        }
        let change = try? await withDeadline(Self.patience, on: .continuous) {
            await changes.first { $0.id == handed.id && $0.delivery != .queued }
        }
        let last = (change ?? nil) ?? nil
        return HandedOutcome(delivery: last?.delivery ?? .queued, failure: last?.failure)
    }
}
