import Foundation
import RelayAPI

/// The visible side of a mailbox's encryption, for pages that explain it. None of it is secret: the relay sees it all,
/// or it is meant for people to compare.
package protocol EncryptionSource: Sendable {
    /// The envelopes of a message, one per device; empty once they are too old, or after a restart.
    func sealedMessages(_ messageID: UUID) async throws -> [SealedMessage]

    /// The sessions with the peer's devices.
    func sessions(with peer: IdentityID) async throws -> [SessionFigures]

    /// The safety number that both sides compare; nil while nothing is known of the peer.
    func safetyCode(with peer: IdentityID) async throws -> SafetyCode?
}

/// An envelope and the unencrypted part of its ciphertext.
package struct SealedMessage: Hashable, Sendable, Codable {
    package let envelope: Envelope
    /// The message's index in the sender's chain.
    package let messageNumber: Int
    /// The number of messages in the sender's previous chain.
    package let previousChainLength: Int
    /// The sender's ratchet key, hex.
    package let ratchetKey: String
    /// Nil without a post-quantum part.
    package let postQuantumEpoch: Int?

    package init(
        envelope: Envelope, messageNumber: Int, previousChainLength: Int, ratchetKey: String,
        postQuantumEpoch: Int?
    ) {
        self.envelope = envelope
        self.messageNumber = messageNumber
        self.previousChainLength = previousChainLength
        self.ratchetKey = ratchetKey
        self.postQuantumEpoch = postQuantumEpoch
    }
}

/// The progress of the ratchets of a session with one device.
package struct SessionFigures: Hashable, Sendable, Codable {
    package let device: DeviceID
    /// Messages sent in the current chain.
    package let sentCount: Int?
    /// Messages received in the peer's current chain, skipped ones included.
    package let receivedCount: Int?
    /// Public keys, hex.
    package let ownRatchetKey: String?
    package let theirRatchetKey: String?
    package let postQuantumEpoch: Int?
    /// When the session was started, milliseconds since 1970.
    package let begunAt: Int64?

    package init(
        device: DeviceID, sentCount: Int?, receivedCount: Int?, ownRatchetKey: String?,
        theirRatchetKey: String?, postQuantumEpoch: Int?, begunAt: Int64?
    ) {
        self.device = device
        self.sentCount = sentCount
        self.receivedCount = receivedCount
        self.ownRatchetKey = ownRatchetKey
        self.theirRatchetKey = theirRatchetKey
        self.postQuantumEpoch = postQuantumEpoch
        self.begunAt = begunAt
    }
}

/// A safety number: the same on both sides unless there is a man in the middle.
package struct SafetyCode: Hashable, Sendable, Codable {
    /// 60 digits.
    package let digits: String
    /// The code that the peer scans.
    package let scannable: Base64
    /// Whether the peer's key has changed and the change has not been approved.
    package let awaitsApproval: Bool

    package init(digits: String, scannable: Base64, awaitsApproval: Bool) {
        self.digits = digits
        self.scannable = scannable
        self.awaitsApproval = awaitsApproval
    }
}
