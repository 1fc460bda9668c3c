import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import RelayAPI

/// One open socket: takes in what the relay says.
struct Link: Sendable {
    /// What a batch of frames brought, for others to act on.
    struct News: Hashable, Sendable {
        var hasMail = false
        var isQueueEmpty = false
        var arePreKeysLow = false
        /// Senders whose messages cannot be decrypted.
        var brokenSessions: Set<DeviceAddress> = []
    }

    let store: KeyStore
    let socket: RelaySocket
    let flow: OutboxFlow
    let logger: Logger

    /// Takes in a batch of frames in one transaction, then acknowledges it.
    ///
    /// - Throws: `Problem` where the relay does not accept the token any more; errors of the store, and then the relay
    ///   is told nothing and will deliver again.
    func take(_ frames: [ServerFrame]) async throws -> News {
        var sent: [OutboxMessage] = []
        var envelopes: [Envelope] = []
        var refused: [(message: OutboxMessage, refusal: Refusal)] = []
        var news = News()
        for frame in frames {
            switch frame {
            case .envelope(let envelope): envelopes.append(envelope)
            case .sent(let id): if let message = await flow.message(id) { sent.append(message) }
            case .refused(_, let problem) where problem.isUnauthorized: throw problem
            case .refused(let id?, let problem):
                guard let message = await flow.message(id) else { continue }
                logger.warning(
                    "message refused",
                    metadata: ["recipient": "\(message.recipient)", "problem": "\(problem)"])
                refused.append((message, Refusal(problem)))
            case .refused(nil, let problem):
                logger.error("frame refused", metadata: ["problem": "\(problem)"])
            case .queueEmpty: news.isQueueEmpty = true
            case .prekeysLow: news.arePreKeysLow = true
            }
        }
        try await commit(sent, refused, envelopes, &news)
        return news
    }

    private func commit(
        _ sent: [OutboxMessage], _ refused: [(message: OutboxMessage, refusal: Refusal)],
        _ envelopes: [Envelope], _ news: inout News
    ) async throws {
        guard !(sent.isEmpty && refused.isEmpty && envelopes.isEmpty) else { return }
        let receptions = try await store.write { [refused] store in
            for message in sent { try store.accepted(message) }
            for (message, refusal) in refused { try store.settle(message, refusedAs: refusal) }
            return try envelopes.map { try store.receive($0) }
        }
        for message in sent { await flow.settled(message) }
        for (message, refusal) in refused {
            if case .retry(let delay, _) = refusal {
                await flow.settled(message, pause: delay)
            } else {
                await flow.settled(message)
            }
        }
        for (envelope, reception) in zip(envelopes, receptions) { note(reception, of: envelope, in: &news) }
        try await acknowledge(envelopes.map(\.messageId))
    }

    private func note(_ reception: Reception, of envelope: Envelope, in news: inout News) {
        switch reception {
        case .received: news.hasMail = true
        case .consumed, .duplicate: break
        case .unreadable(let cause, let needsRepair):
            logger.warning(
                "message not readable",
                metadata: [
                    "sender": "\(envelope.sender)", "messageId": "\(envelope.messageId)", "cause": "\(cause)",
                ])
            if needsRepair { news.brokenSessions.insert(envelope.sender) }
        }
    }

    private func acknowledge(_ ids: [UUID]) async throws {
        for start in stride(from: 0, to: ids.count, by: ClientFrame.maxAckCount) {
            try await socket.send(.ack(Array(ids[start..<min(start + ClientFrame.maxAckCount, ids.count)])))
        }
    }
}
