import Foundation
import RelayAPI
import Synchronization

/// Takes messages in and wakes the sockets that they are for.
final class Exchange: Sendable {
    private let store: any RelayStore
    private let metrics: RelayMetrics
    private let rates: TokenBuckets<IdentityID>
    private let connections = Mutex<[DeviceAddress: DeviceConnection]>([:])
    let now: @Sendable () -> Int64

    init(
        store: any RelayStore, metrics: RelayMetrics, rates: TokenBuckets<IdentityID>,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.metrics = metrics
        self.rates = rates
        self.now = now
    }

    var connectionCount: Int { connections.withLock { $0.count } }

    /// Takes an envelope from the device that showed its token; returns once it is on disk.
    ///
    /// - Throws: `Problem`.
    func accept(
        _ envelope: Envelope, if conditions: SendConditions = .none, from sender: DeviceAddress
    ) async throws -> MessageReceipt {
        guard envelope.sender == sender else {
            throw Problem(
                status: 403, code: .senderMismatch, title: "the sender is not the owner of the token",
                detail: "The token belongs to \(sender), the envelope names \(envelope.sender).")
        }
        if let wait = rates.take(for: sender.identity) { throw Problem.rateLimited(wait) }
        if envelope.class == .online { return try await handOver(envelope, if: conditions) }
        do {
            let outcome = try await store.accept(envelope, if: conditions, at: now())
            if outcome == .accepted {
                metrics.accepted()
                connection(of: envelope.recipient)?.wake()
            }
            return MessageReceipt(messageId: envelope.messageId, outcome: outcome)
        } catch let error as StoreError {
            throw Problem(error, recipient: envelope.recipient)
        }
    }

    /// A message that is worth something only now: to a connected device, or not at all.
    private func handOver(
        _ envelope: Envelope, if conditions: SendConditions
    ) async throws -> MessageReceipt {
        let devices = try await store.devices(of: envelope.recipientId)
        guard devices.contains(where: { $0.address == envelope.recipient }) else {
            throw Problem(.unknownRecipient, recipient: envelope.recipient)
        }
        let problem = conditions.deviceProblem(
            from: envelope.sender, to: envelope.recipient,
            registrationIDs: devices.reduce(into: [:]) { $0[$1.address.device] = $1.registrationID })
        if let problem { throw problem }
        guard let connection = connection(of: envelope.recipient),
            connection.offer(try JSONEncoder().encode(envelope))
        else {
            throw Problem(
                status: 409, code: .recipientOffline, title: "the recipient is not connected",
                detail: "A message of class online is not kept; send it as durable to have it wait.")
        }
        metrics.accepted()
        return MessageReceipt(messageId: envelope.messageId, outcome: .accepted)
    }

    func acknowledge(_ ids: [UUID], by device: DeviceAddress) async throws {
        try await store.acknowledge(ids, for: device)
    }

    /// The next messages of a device.
    func messages(for device: DeviceAddress, after sequence: Int64, limit: Int) async throws
        -> [QueuedMessage]
    {
        try await store.messages(for: device, after: sequence, limit: limit, at: now())
    }

    /// Makes this the device's connection; an older one is told so and closed.
    func attach(_ connection: DeviceConnection) {
        let older = connections.withLock { connections in
            defer { connections[connection.device] = connection }
            return connections[connection.device]
        }
        older?.close(.takenOver, reason: "a newer connection of this device has taken over")
    }

    func detach(_ connection: DeviceConnection) {
        connections.withLock { connections in
            if connections[connection.device] === connection { connections[connection.device] = nil }
        }
    }

    /// Ends the connection of a device whose token was replaced.
    func revoke(_ device: DeviceAddress) {
        connection(of: device)?.close(.unauthorized, reason: "the token of this connection was replaced")
    }

    private func connection(of device: DeviceAddress) -> DeviceConnection? {
        connections.withLock { $0[device] }
    }
}
