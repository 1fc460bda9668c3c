import Cryptography
import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// What came of posting a message.
enum PostOutcome: Hashable, Sendable {
    case posted
    /// The message id was used before; nothing was changed.
    case duplicate
    /// A device has no session to send in; nothing was changed. A bundle is needed.
    case needsSession
}

extension StoreTransaction {
    /// Encrypts a message for every device of the peer and puts it into the outbox and, if it is of a conversation,
    /// the history.
    ///
    /// - Throws: `MessengerError.identityChanged`, `MessagePadding.Failure`.
    mutating func post(_ outgoing: OutgoingMessage) throws -> PostOutcome {
        guard try !wasSent(outgoing.id) else { return .duplicate }
        guard let sessions = try usableSessions(with: outgoing.peer) else { return .needsSession }
        _ = try noteSent(outgoing.id)
        let content = try JSONEncoder().encode(outgoing.message)
        for device in sessions { try enqueue(content, of: outgoing, for: device) }
        if outgoing.message.payload.kind.isConversation {
            try addToHistory(content, messageID: outgoing.id, .sent, peer: outgoing.peer.description)
        }
        return .posted
    }

    /// Encrypts a message for one device and puts it into the outbox.
    mutating func enqueue(_ content: Data, of outgoing: OutgoingMessage, for device: DeviceAddress) throws {
        let sealed = try seal(content, as: outgoing.id, outgoing.deliveryClass, for: device)
        try enqueue(
            JSONEncoder().encode(sealed.envelope), of: content, messageID: outgoing.id,
            to: ProtocolAddress(device), registrationID: sealed.registrationID, topic: outgoing.topic,
            expiresAt: now.addingTimeInterval(outgoing.deliveryClass.lifetime))
    }

    /// One step of the ratchet: the envelope of a message for one device.
    mutating func seal(
        _ content: Data, as id: UUID, _ deliveryClass: DeliveryClass, for device: DeviceAddress
    ) throws -> (envelope: Envelope, registrationID: UInt32?) {
        let remote = try ProtocolAddress(device)
        let cipher = SessionCipher(local: account.owner, remote: remote)
        let message = try cipher.encrypt(MessagePadding.padded(content), in: &self, now: now)
        let record = try session(for: remote)
        let envelope = try Envelope(
            from: DeviceAddress(account.owner), to: device, sessionID: Self.name(of: record), messageID: id,
            type: message.kind == .preKey ? .prekey : .whisper, body: message.wire,
            timestamp: Int64(now.timeIntervalSince1970 * 1000), class: deliveryClass)
        return (envelope, record?.remoteRegistrationID)
    }

    /// The peer's devices, if there is a session to send in with each of them.
    ///
    /// - Throws: `MessengerError.identityChanged` while a person has to approve the peer's key.
    func usableSessions(with peer: IdentityID) throws -> [DeviceAddress]? {
        guard let identity = try pinnedIdentity(of: peer.description) else { return nil }
        guard !identity.awaitsApproval else { throw MessengerError.identityChanged(peer) }
        let devices = try identity.devices.map { DeviceAddress(peer, try DeviceID($0)) }
        let isComplete = try devices.allSatisfy {
            try hasUsableSession(with: $0, under: identity.approvedKey)
        }
        return isComplete && !devices.isEmpty ? devices : nil
    }

    func hasUsableSession(with device: DeviceAddress, under key: PublicKey) throws -> Bool {
        guard let record = try session(for: ProtocolAddress(device)) else { return false }
        // A damaged session counts as none, and so does one from before the post-quantum ratchet: the next bundle puts
        // it aside, and what arrives in it is still read.
        let requirements: SessionRecord.Requirements = [
            .notStale, .establishedWithPQXDH, .postQuantumRatchet,
        ]
        let isUsable = (try? record.hasUsableSession(meeting: requirements, now: now)) ?? false
        return isUsable && record.remoteIdentityKey == key
    }

    /// Names the current session in logs: the first 8 bytes of SHA-256 over its base key, in hex.
    private static func name(of session: SessionRecord?) -> String {
        SHA256.hash(session?.baseKey ?? []).prefix(8).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
