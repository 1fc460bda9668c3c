import Foundation
import HTTPEdge
import Logging
import RelayAPI
import Synchronization

/// Accepts messages, and notifies the affected sockets once the messages are on disk.
final class MessageExchange: Sendable {
    private let store: SQLiteRelayStore
    private let metrics: RelayMetrics
    private let limits: SendLimits
    private let load: LoadGauge
    private let logger: Logger
    private let connections = Mutex<[DeviceAddress: DeviceConnection]>([:])
    /// The wall clock.
    let now: @Sendable () -> Int64
    private let expiryClock: Mutex<ExpiryClock>

    init(
        store: SQLiteRelayStore, metrics: RelayMetrics, limits: SendLimits, load: LoadGauge, logger: Logger,
        now: @escaping @Sendable () -> Int64, expiryClock: ExpiryClock
    ) {
        self.expiryClock = Mutex(expiryClock)
        self.store = store
        self.metrics = metrics
        self.limits = limits
        self.load = load
        self.logger = logger
        self.now = now
    }

    /// The time by which messages expire.
    private var expiryTime: Int64 { expiryClock.withLock { $0.time(now()) } }

    var connectionCount: Int { connections.withLock { $0.count } }

    // MARK: Messages

    /// Checks and charges an envelope from the authenticated device, and prepares it for `submit`; `origin` gets the
    /// answer.
    ///
    /// - Throws: `Problem` if the message is rejected.
    func admit(
        _ envelope: Envelope, if conditions: SendConditions, from sender: DeviceAddress,
        origin: any AnyObject & Sendable
    ) throws(Problem) -> IncomingMessage {
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
        return IncomingMessage(envelope, if: conditions, at: now(), from: origin, sink: self)
    }

    /// Stores messages after those submitted before.
    func submit(_ messages: [IncomingMessage]) {
        if !messages.isEmpty { store.accept(messages) }
    }

    /// Accepts one message and returns once it is on disk.
    ///
    /// - Throws: `Problem`.
    func accept(
        _ envelope: Envelope, if conditions: SendConditions, from sender: DeviceAddress
    ) async throws -> MessageReceipt {
        try await withCheckedThrowingContinuation { continuation in
            let caller = Caller(continuation)
            do throws(Problem) {
                submit([try admit(envelope, if: conditions, from: sender, origin: caller)])
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Deletes delivered messages, retrying when the store is writable. Messages that cannot be deleted before the
    /// device reconnects are delivered and acknowledged again.
    func acknowledge(_ sequences: [Int64], by device: DeviceAddress) {
        store.acknowledge(sequences, for: device)
    }

    func messages(for device: DeviceAddress, _ part: QueuePart, maxCount: Int) async throws -> QueuePage {
        try await store.messages(
            for: device, part, maxCount: maxCount, maxByteCount: DeviceDialogue.maxFetchByteCount,
            at: expiryTime)
    }

    /// Deletes expired messages.
    func expire() async {
        do {
            metrics.expired(try await store.expire(at: expiryTime))
        } catch {
            logger.warning("expired messages were not removed", ["error": "\(error)"])
        }
    }

    /// Await this before a new socket reads its queue: it completes the deletions that the previous socket
    /// acknowledged.
    func settle() async throws { try await store.settle() }

    func noteFailure(of sequence: Int64, for device: DeviceAddress) async {
        do {
            guard try await store.noteFailure(of: sequence, for: device) else { return }
            logger.warning(
                "message set aside: it repeatedly broke its device's socket", ["device": "\(device)"])
        } catch {
            logger.warning("failed delivery not recorded", ["device": "\(device)", "error": "\(error)"])
        }
    }

    // MARK: Sockets

    /// Makes this the device's connection; an older one is notified and closed.
    func attach(_ connection: DeviceConnection) {
        let older = connections.withLock { connections in
            defer { connections[connection.device] = connection }
            return connections[connection.device]
        }
        older?.close(CloseCode.takenOver, reason: "a newer connection of this device has taken over")
    }

    func detach(_ connection: DeviceConnection) {
        connections.withLock { connections in
            if connections[connection.device] === connection { connections[connection.device] = nil }
        }
    }

    /// Closes the connection of a device whose token is no longer valid.
    func revoke(_ device: DeviceAddress) {
        connection(of: device)?.close(
            CloseCode.unauthorized, reason: "the token of this connection was replaced or revoked")
    }

    /// Closes the connection of a device that was set up again, as from a backup: the older one must not register again.
    func takeOver(_ device: DeviceAddress) {
        connection(of: device)?.close(CloseCode.takenOver, reason: "this device was set up again elsewhere")
    }

    /// Asks a device to upload prekeys, if it is connected.
    func tellPreKeysLow(_ counts: PreKeyCounts, to device: DeviceAddress) {
        connection(of: device)?.tell(.prekeysLow(counts))
    }

    private func connection(of device: DeviceAddress) -> DeviceConnection? {
        connections.withLock { $0[device] }
    }
}

/// An HTTP request that waits for its answer.
private final class Caller: Sendable {
    private let continuation: CheckedContinuation<MessageReceipt, any Error>

    init(_ continuation: CheckedContinuation<MessageReceipt, any Error>) { self.continuation = continuation }

    func answer(_ result: Result<MessageReceipt, Problem>) { continuation.resume(with: result) }
}

extension MessageExchange: MessageSink {
    /// Notifies senders and recipients of a commit; each loop is woken once.
    func settled(_ messages: ArraySlice<SettledMessage>) {
        var news = SocketNews()
        var acceptedCount = 0
        let connections = connections.withLock(\.self)
        for settled in messages {
            let envelope = settled.message.envelope
            let recipient = connections[envelope.recipient]
            let (result, delivery) = outcome(of: settled, for: recipient)
            if case .success(let receipt) = result, receipt.outcome == .accepted { acceptedCount += 1 }
            if let connection = settled.message.origin as? DeviceConnection {
                news.add(.answered(ServerFrame(result, to: envelope.copy)), for: connection)
            } else if let caller = settled.message.origin as? Caller {
                caller.answer(result)
            }
            if let recipient, let delivery { news.add(delivery, for: recipient) }
        }
        metrics.accepted(acceptedCount)
        news.send()
    }

    /// The answer for the sender, and the event for the recipient's socket.
    private func outcome(
        of settled: SettledMessage, for recipient: DeviceConnection?
    ) -> (Result<MessageReceipt, Problem>, DeviceDialogue.Event?) {
        let message = settled.message
        let id = message.envelope.messageId
        let accepted = MessageReceipt(messageId: id, outcome: .accepted)
        switch settled.result {
        case .success(.stored(let sequence)):
            let queued = QueuedMessage(sequence: sequence, messageID: id, envelope: message.bytes)
            return (.success(accepted), .queued(queued))
        case .success(.passed):
            guard recipient?.offer(message.envelope) == true else {
                return (.failure(.recipientOffline), nil)
            }
            return (.success(accepted), .woken)
        case .success(.duplicate):
            return (.success(MessageReceipt(messageId: id, outcome: .duplicate)), nil)
        case .failure(let error):
            if case .unavailable(let reason) = error {
                logger.error("message not stored", ["error": reason])
            }
            return (.failure(Problem(error, recipient: message.envelope.recipient)), nil)
        }
    }
}

extension ServerFrame {
    fileprivate init(_ result: Result<MessageReceipt, Problem>, to copy: MessageCopy) {
        self =
            switch result {
            case .success: .sent(copy)
            case .failure(let problem): .refused(copy, problem)
            }
    }
}
