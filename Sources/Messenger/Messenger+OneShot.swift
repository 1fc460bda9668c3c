import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// What a flush came to.
package struct FlushResult: Hashable, Sendable {
    package fileprivate(set) var acceptedCount = 0
    /// Those that are still in the outbox.
    package fileprivate(set) var waitingCount = 0
    /// Why recipients' messages have to wait.
    package fileprivate(set) var delays: [String] = []
    /// Why messages were given up.
    package fileprivate(set) var failures: [String] = []
}

/// What the service does all the time, once: for commands.
extension Messenger {
    /// Hands the relay what waits in the outbox, over HTTP, in order per recipient.
    ///
    /// - Throws: `MessengerError.relayUnreachable` and errors of the store; what was not handed over stays in the outbox.
    package func flush() async throws -> FlushResult {
        try await store.write { try $0.giveUpExpired() }
        var result = FlushResult()
        var paused: Set<ProtocolAddress> = []
        var renewed: Set<IdentityID> = []
        while let (message, conditions) = try await nextToFlush(excluding: paused) {
            do {
                let envelope = try JSONDecoder().decode(Envelope.self, from: message.envelope)
                _ = try await access.withToken { relay, token in
                    try await relay.send(envelope, if: conditions, token: token)
                }
                try await store.write { try $0.accepted(message) }
                result.acceptedCount += 1
            } catch let problem as Problem where !problem.isUnauthorized {
                let refusal = Refusal(problem)
                try await store.write { try $0.settle(message, refusedAs: refusal) }
                let peer = try IdentityID(message.recipient.name)
                if refusal == .devicesChanged, renewed.insert(peer).inserted {
                    try await renewDevices(of: peer)
                } else if refusal.delay != nil {
                    paused.insert(message.recipient)
                    result.delays.append(problem.description)
                } else if refusal != .drop {
                    result.failures.append(problem.description)
                }
            }
        }
        result.waitingCount = try await store.read { try $0.outboxCount() }
        return result
    }

    private func nextToFlush(
        excluding paused: Set<ProtocolAddress>
    ) async throws -> (OutboxMessage, SendConditions)? {
        try await store.read { store in
            let messages = try store.outgoing(after: 0, excluding: paused, limit: 1).messages
            return try zip(messages, store.conditions(for: messages)).first { _ in true }
        }
    }

    /// Takes in everything that waits on the relay, and sends the answers that this calls for.
    ///
    /// - Returns: How many messages were new in the inbox.
    package func receiveUntilEmpty() async throws -> Int {
        let before = try await store.read { try $0.inboxCount() }
        let broken = try await access.withToken { [self] relay, token in
            try await relay.withSocket(of: address, token: token) { socket in try await drain(socket) }
        }
        for device in broken { try await repairSession(with: device) }
        _ = try await flush()
        return try await store.read { try $0.inboxCount() } - before
    }

    private func drain(_ socket: RelaySocket) async throws -> Set<DeviceAddress> {
        let flow = OutboxFlow(store: store, send: socket.send)
        let link = Link(store: store, socket: socket, flow: flow, logger: logger)
        var broken: Set<DeviceAddress> = []
        do {
            for try await frames in socket.frames {
                let news = try await link.take(frames)
                broken.formUnion(news.brokenSessions)
                if news.isQueueEmpty { return broken }
            }
        } catch let error as SocketClosed where error.code == CloseCode.takenOver {
            throw MessengerError.takenOver(address)
        }
        throw SocketClosed(code: nil, reason: "the connection ended before everything was received")
    }

    // MARK: Looking

    /// Messages that were received and not marked as handled, oldest first.
    package func inbox(limit: Int) async throws -> [ReceivedMessage] {
        try await store.read { try $0.inbox(after: 0, limit: limit) }.compactMap { stored in
            guard let sender = try? IdentityID(stored.sender.name),
                let message = try? JSONDecoder().decode(TypedMessage.self, from: stored.content)
            else { return nil }
            return ReceivedMessage(
                id: stored.messageID, sender: sender, message: message, receivedAt: stored.receivedAt)
        }
    }

    /// What went wrong with messages, newest first.
    package func incidents(limit: Int) async throws -> [Incident] {
        try await store.read { try $0.incidents(limit: limit) }
    }
}
