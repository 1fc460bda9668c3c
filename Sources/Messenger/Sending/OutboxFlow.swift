import Foundation
import KeyStore
import RelayAPI
import SignalProtocol

/// The flow from the outbox through one open socket.
///
/// To each device one message at a time: the next one goes when the relay has accepted the one before, so that a refusal
/// in between cannot change the order. Different devices do not wait for each other.
actor OutboxFlow {
    /// At most so many messages are on their way at once.
    static let window = 64

    /// A recipient that has to wait.
    struct Pause: Hashable, Sendable {
        let recipient: ProtocolAddress
        let delay: Duration
    }

    private let store: KeyStore
    private let send: @Sendable (ClientFrame) async throws -> Void
    private var inFlight: [UUID: OutboxMessage] = [:]
    private var paused: Set<ProtocolAddress> = []
    private var newPauses: [Pause] = []

    init(store: KeyStore, send: @escaping @Sendable (ClientFrame) async throws -> Void) {
        self.store = store
        self.send = send
    }

    /// Sends what may go now. For one task.
    ///
    /// - Returns: Recipients that were paused since the last time; `resume` is to be called for each after its delay.
    func advance() async throws -> [Pause] {
        let busy = paused.union(inFlight.values.map(\.recipient))
        let busyMessages = Set(inFlight.keys)
        let room = Self.window - inFlight.count
        let messages = try await store.write { store in
            try store.giveUpExpired()
            return try store.nextOutgoing(excluding: busy, messages: busyMessages, limit: room)
        }
        for message in messages {
            inFlight[message.messageID] = message
            try await send(.send(JSONDecoder().decode(Envelope.self, from: message.envelope)))
        }
        defer { newPauses = [] }
        return newPauses
    }

    /// The message that an answer of the relay is about.
    func message(_ id: UUID) -> OutboxMessage? { inFlight[id] }

    /// The relay has answered, and the store knows it.
    func settled(_ message: OutboxMessage, pause: Duration? = nil) {
        inFlight[message.messageID] = nil
        guard let pause else { return }
        paused.insert(message.recipient)
        newPauses.append(Pause(recipient: message.recipient, delay: pause))
    }

    func resume(_ recipient: ProtocolAddress) { paused.remove(recipient) }
}
