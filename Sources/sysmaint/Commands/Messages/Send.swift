import Commands
import Foundation
import KeyStore
import MaintenanceAPI
import Messenger
import RelayAPI
import Services

struct Send: Command {
    static let about = About(
        "Send an encrypted message to a peer.",
        details: """
            The message is first stored in the encrypted outbox. If the relay does not respond, it stays there, the \
            command exits with 69, and the next send, inbox or listen sends it. If another process uses the identity, such \
            as listen, that one sends the message.

            Example: sysmaint send dave "hello" --id carol
            """)

    @Argument("Peer ID.")
    var peer: IdentityID
    @Argument("Message text; - reads standard input.")
    var text: String
    let client = ClientOptions()
    let output = OutputOptions()

    private struct Sent: Encodable {
        let id: UUID
        let to: String
        let delivery: HistoryEntry.Delivery
    }

    func run() async throws {
        let message = try TypedMessage.letter(text)
        if try await handOver(message) { return }
        let messenger = try client.open()
        defer { messenger.store.close() }
        if try await messenger.isInDoubt() { try await messenger.lookAfterKeysIfDue() }
        let id = UUID.timeOrdered()
        try await messenger.send(message, to: peer, class: .durable, id: id)
        var obstacle: (any Error)?
        do {
            try await Progress.shown("sending") { _ in
                _ = try await messenger.flush()
                try await messenger.lookAfterKeysIfDue()
            }
        } catch {
            obstacle = error
        }

        let entry = try await messenger.conversation(with: peer, before: nil, limit: 20).first { $0.id == id }
        try report(id, entry?.delivery ?? .queued, failure: entry?.failure, obstacle: obstacle)
    }
}

extension Send {
    /// Lets the process that owns the store send the message, if there is one: such as listen.
    ///
    /// - Returns: Whether it did.
    private func handOver(_ message: TypedMessage) async throws -> Bool {
        let store = try client.identity.path(client.settings())
        let handed = SendMessage(id: .timeOrdered(), peer: peer, message: message)
        guard let outcome = try await handed.handOver(beside: store) else { return false }
        try report(handed.id, outcome.delivery, failure: outcome.failure)
        return true
    }

    private func report(
        _ id: UUID, _ delivery: HistoryEntry.Delivery, failure: String?, obstacle: (any Error)? = nil
    )
        throws
    {
        let sent = Sent(id: id, to: peer.description, delivery: delivery)
        try output.show(sent) { sent in
            switch sent.delivery {
            case .queued: "kept for \(sent.to)"
            case .onRelay, .onDevice: "sent to \(sent.to)"
            case .failed: "not sent to \(sent.to)"
            }
        }
        if let failure { throw Failure(.badInput, "the message could not be delivered: \(failure)") }
        if sent.delivery == .queued {
            if let obstacle { throw obstacle }
            throw Failure(
                .busy, "the relay does not accept the message at present",
                help: "The message is kept; the next send, inbox or listen sends it.")
        }
    }
}

/// Sends a message, and reports its delivery within a few seconds.
struct SendMessage: StoreOperation {
    struct Outcome: Codable {
        let delivery: HistoryEntry.Delivery
        let failure: String?
    }

    let id: UUID
    let peer: IdentityID
    let message: TypedMessage

    private static let delay = Duration.seconds(5)

    func run(by messenger: Messenger) async throws -> Outcome {
        let changes = messenger.deliveries()
        try await messenger.send(message, to: peer, class: .durable, id: id)
        let change = try? await withDeadline(Self.delay, on: .continuous) {
            await changes.first { $0.id == id && $0.delivery != .queued }
        }
        let last = (change ?? nil) ?? nil
        return Outcome(delivery: last?.delivery ?? .queued, failure: last?.failure)
    }
}

extension TypedMessage {
    /// A text given as an argument or, for `-`, on standard input.
    static func letter(_ argument: String) throws -> TypedMessage {
        let text = argument == "-" ? try StandardInput.text() : argument
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw Failure(.badInput, "the message is empty")
        }
        let byteCount = text.utf8.count
        guard byteCount <= UserChat.maxTextByteCount else {
            throw Failure(
                .badInput,
                "the message has \(byteCount) bytes; at most \(UserChat.maxTextByteCount) are allowed",
                help: "Send it in parts.")
        }
        return TypedMessage(.userChat(UserChat(text: text)))
    }
}
