import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import RelayAPI

/// One open socket: processes the relay's frames.
struct SocketSession: Sendable {
    /// The effects of a batch of frames, for others to act on.
    struct News: Hashable, Sendable {
        var hasMail = false
        /// Whether the held messages changed.
        var hasHeld = false
        var isQueueEmpty = false
        var arePreKeysLow = false
        /// Senders whose messages cannot be decrypted.
        var brokenSessions: Set<DeviceAddress> = []
        /// Recipients whose devices differ from those we know.
        var changedRecipients: Set<IdentityID> = []
    }

    let store: KeyStore
    let socket: RelaySocket
    let flow: OutboxFlow
    let unreadable: UnreadableSenders
    let unapprovedBundles: UnapprovedBundles
    let logger: Logger

    /// Processes a batch of frames in one transaction, then acknowledges it.
    ///
    /// - Throws: `Problem` where the relay does not accept the token any more; errors of the store, and then the relay
    ///   is told nothing and will deliver again.
    func take(_ frames: [ServerFrame]) async throws -> News {
        var answers: [OutboxFlow.Answer] = []
        var envelopes: [Envelope] = []
        var news = News()
        for frame in frames {
            switch frame {
            case .envelope(let envelope): envelopes.append(envelope)
            case .sent(let copy):
                if let message = await flow.message(copy) {
                    answers.append(OutboxFlow.Answer(copy: copy, message: message))
                }
            case .refused(_, let problem) where problem.isUnauthorized: throw problem
            case .refused(let copy?, let problem):
                guard let message = await flow.message(copy) else { continue }
                let refusal = refusal(problem, message, &news)
                let pause =
                    refusal == .devicesChanged ? try await rest(of: message.recipient.identity) : .zero
                answers.append(
                    OutboxFlow.Answer(copy: copy, message: message, refusal: refusal, pause: pause))
            case .refused(nil, let problem):
                logger.error("frame refused", ["problem": "\(problem)"])
            case .queueEmpty: news.isQueueEmpty = true
            case .prekeysLow: news.arePreKeysLow = true
            }
        }
        try await commit(answers, envelopes, &news)
        return news
    }

    /// How long the relay need not be asked for a peer's devices, because a person has to decide about its key first.
    private func rest(of peer: IdentityID) async throws -> Duration {
        min(.seconds(unapprovedBundles.rest(of: peer, at: try await store.read(\.now))), Refusal.maxDelay)
    }

    private func refusal(_ problem: Problem, _ message: OutboxMessage, _ news: inout News) -> Refusal {
        let refusal = Refusal(problem)
        if refusal == .devicesChanged { news.changedRecipients.insert(message.recipient.identity) }
        if refusal != .outOfTurn {
            logger.warning(
                "message rejected", ["recipient": "\(message.recipient)", "problem": "\(problem)"])
        }
        return refusal
    }

    private func commit(
        _ answers: [OutboxFlow.Answer], _ envelopes: [Envelope], _ news: inout News
    ) async throws {
        guard !(answers.isEmpty && envelopes.isEmpty) else { return }
        let receptions = try await store.write { transaction in
            for answer in answers {
                if let refusal = answer.refusal {
                    try refusal.settle(answer.message, in: &transaction)
                } else {
                    try transaction.outbox.accepted(answer.message)
                }
            }
            return try envelopes.map { try unreadable.receive($0, in: &transaction) }
        }
        await flow.settled(answers)
        for (envelope, reception) in zip(envelopes, receptions) { note(reception, of: envelope, in: &news) }
        try await acknowledge(envelopes.map(\.messageId))
    }

    private func note(_ reception: Reception, of envelope: Envelope, in news: inout News) {
        switch reception {
        case .received: news.hasMail = true
        case .consumed, .duplicate: break
        case .held(let isNews):
            news.hasHeld = true
            guard isNews else { break }
            logger.warning(
                "message held: nobody has approved its identity key",
                ["sender": "\(envelope.sender)", "messageId": "\(envelope.messageId)"])
        case .dropped(let cause):
            logger.info(
                "message dropped", ["sender": "\(envelope.sender)", "cause": "\(cause)"])
        case .unreadable(let cause, let needsRepair):
            logger.warning(
                "message not readable",
                [
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
