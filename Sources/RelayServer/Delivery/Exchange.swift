import Foundation
import Logging
import RelayAPI
import Synchronization

/// Takes messages in and wakes the sockets that they are for.
final class Exchange: Sendable {
    private let store: any RelayStore
    private let metrics: RelayMetrics
    private let limits: SendLimits
    private let load: LoadGauge
    private let logger: Logger
    private let connections = Mutex<[DeviceAddress: DeviceConnection]>([:])
    let now: @Sendable () -> Int64

    init(
        store: any RelayStore, metrics: RelayMetrics, limits: SendLimits, load: LoadGauge, logger: Logger,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.metrics = metrics
        self.limits = limits
        self.load = load
        self.logger = logger
        self.now = now
    }

    var connectionCount: Int { connections.withLock { $0.count } }

    /// Takes an envelope from the device that showed its token, behind those taken before; `done` is called once it is
    /// on disk.
    func accept(
        _ envelope: Envelope, if conditions: SendConditions, from sender: DeviceAddress,
        done: @escaping @Sendable (Result<MessageReceipt, Problem>) -> Void
    ) {
        do throws(Problem) {
            try admit(envelope, from: sender)
        } catch {
            return done(.failure(error))
        }
        store.accept(envelope, if: conditions, at: now()) { result in
            done(self.settle(envelope, result))
        }
    }

    /// - Throws: `Problem`.
    func accept(
        _ envelope: Envelope, if conditions: SendConditions, from sender: DeviceAddress
    ) async throws -> MessageReceipt {
        try await withCheckedThrowingContinuation { continuation in
            accept(envelope, if: conditions, from: sender) { continuation.resume(with: $0) }
        }
    }

    private func admit(_ envelope: Envelope, from sender: DeviceAddress) throws(Problem) {
        guard envelope.sender == sender else {
            throw Problem(
                status: 403, code: .senderMismatch, title: "the sender is not the owner of the token",
                detail: "The token belongs to \(sender), the envelope names \(envelope.sender).")
        }
        if let problem = load.problem(taking: envelope.class) {
            metrics.shed()
            throw problem
        }
        if let wait = limits.take(for: envelope) { throw Problem.rateLimited(wait) }
    }

    private func settle(
        _ envelope: Envelope, _ result: Result<MessageReceipt.Outcome, any Error>
    ) -> Result<MessageReceipt, Problem> {
        switch result {
        case .success(let outcome):
            if outcome == .accepted {
                let connection = connection(of: envelope.recipient)
                if envelope.class == .online {
                    guard connection?.offer(envelope) == true else { return .failure(.recipientOffline) }
                } else {
                    connection?.wake()
                }
                metrics.accepted()
            }
            return .success(MessageReceipt(messageId: envelope.messageId, outcome: outcome))
        case .failure(let error as StoreError):
            if case .unavailable(let reason) = error {
                logger.error("message not stored", metadata: ["error": "\(reason)"])
            }
            return .failure(Problem(error, recipient: envelope.recipient))
        case .failure(let error):
            logger.error("message not stored", metadata: ["error": "\(error)"])
            return .failure(.internalFailure)
        }
    }

    /// Forgets delivered messages, if need be once the store can write again. What cannot be forgotten before the device
    /// connects anew is delivered and acknowledged again.
    func acknowledge(_ sequences: [Int64], by device: DeviceAddress) {
        store.acknowledge(sequences, for: device) { [logger] result in
            guard case .failure(let error) = result else { return }
            logger.error("messages not removed", metadata: ["device": "\(device)", "error": "\(error)"])
        }
    }

    func messages(
        for device: DeviceAddress, _ part: QueuePart, maxCount: Int
    ) async throws -> [QueuedMessage] {
        try await store.messages(
            for: device, part, maxCount: maxCount, maxByteCount: DeviceConnection.maxFetchByteCount, at: now()
        )
    }

    /// Forgets what nobody will fetch any more.
    func expire() async {
        do {
            metrics.expired(try await store.expire(at: now()))
        } catch {
            logger.warning("expired messages were not removed", metadata: ["error": "\(error)"])
        }
    }

    /// To be awaited before a new socket reads its queue: what the one before acknowledged last is forgotten first.
    func settle() async throws { try await store.settle() }

    func noteFailure(of sequence: Int64, for device: DeviceAddress) async {
        do {
            guard try await store.noteFailure(of: sequence, for: device) else { return }
            logger.warning(
                "message set aside, its device's socket breaks over it", metadata: ["device": "\(device)"])
        } catch {
            logger.warning(
                "failed delivery not noted", metadata: ["device": "\(device)", "error": "\(error)"])
        }
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

    /// Ends the connection of a device whose token is worth nothing any more.
    func revoke(_ device: DeviceAddress) {
        connection(of: device)?.close(
            .unauthorized, reason: "the token of this connection was replaced or revoked")
    }

    /// Tells a device, if it is connected, that it should upload prekeys.
    func tellPreKeysLow(_ counts: PreKeyCounts, to device: DeviceAddress) {
        connection(of: device)?.tell(.prekeysLow(counts))
    }

    private func connection(of device: DeviceAddress) -> DeviceConnection? {
        connections.withLock { $0[device] }
    }
}
