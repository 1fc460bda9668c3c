import Foundation
import Logging
import MaintenanceAPI
import RelayAPI

/// A message of a conversation as commands show it.
struct DisplayedMessage: Codable {
    let id: UUID
    let from: String
    let to: String
    let kind: Payload.Kind
    let text: String
    let at: Date
    /// The delivery state of a sent message; nil for received ones.
    let delivery: HistoryEntry.Delivery?
    /// Why the delivery of a sent message failed.
    let failure: String?
    /// Why a sent message is still waiting.
    let waitsBecause: String?
    /// What the identity key is worth that a received message came under; `unapproved` means that it is held.
    let trust: KeyStanding?
    /// The identity key that a received message came under.
    let identityKey: Base64?
}

extension DisplayedMessage {
    /// Nil for messages without text to show.
    init?(_ received: ReceivedMessage, owner: IdentityID) {
        guard let text = received.message.payload.text else { return nil }
        self.init(
            id: received.id, from: received.sender.description, to: owner.description,
            kind: received.message.payload.kind, text: text, at: received.receivedAt, delivery: nil,
            failure: nil, waitsBecause: nil, trust: received.key?.standing,
            identityKey: received.key?.identityKey)
    }

    init?(_ entry: HistoryEntry, owner: IdentityID) {
        guard let text = entry.message.payload.text else { return nil }
        let isSent = entry.direction == .sent
        self.init(
            id: entry.id, from: isSent ? owner.description : entry.peer.description,
            to: isSent ? entry.peer.description : owner.description, kind: entry.message.payload.kind,
            text: text,
            at: entry.at, delivery: entry.delivery, failure: entry.failure,
            waitsBecause: entry.waitsBecause, trust: entry.key?.standing,
            identityKey: entry.key?.identityKey)
    }

    /// Further lines of the text are indented, so that none can pass for another message.
    var line: String {
        let time = at.formatted(.iso8601.dateTimeSeparator(.space))
        return "\(time) \(from) → \(to)\(state): \(text.printable(indent: Self.indent))"
    }

    private static let indent = 4

    private var state: String {
        guard let delivery else { return warning }
        return switch delivery {
        case .failed: " (failed: \((failure ?? "unknown").printableInLine))"
        case .queued: " (queued\(waitsBecause.map { ", because \($0.printableInLine)" } ?? ""))"
        case .onRelay, .onDevice: " (\(delivery.rawValue))"
        }
    }
}

extension DisplayedMessage {
    /// A warning about the key of a received message; empty if it is approved.
    fileprivate var warning: String {
        switch trust {
        case .unapproved: " (HELD: nobody has approved this key, it may not be from \(from))"
        case .rejected: " (REJECTED: this key is not \(from)'s)"
        case .retired: " (under a key that was replaced)"
        case .firstUse, .invitation, .comparison, nil: ""
        }
    }
}

extension Payload {
    /// The human-readable text; nil for messages between programs.
    var text: String? {
        switch self {
        case .chatPrompt(let prompt): prompt.text
        case .chatReply(let reply): reply.text
        case .userChat(let chat): chat.text
        default: nil
        }
    }
}
