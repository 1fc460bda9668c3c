import Foundation
import RelayAPI

/// What the encryption below a mailbox shows of itself, for pages that explain it. None of it is secret: all of it stands
/// in what the relay sees, or is for people to compare.
package protocol EncryptionSource: Sendable {
    /// A message as it travelled, one envelope per device; empty once it is too long ago, or after a restart.
    func sealedMessages(_ messageID: UUID) async throws -> [SealedMessage]

    /// The sessions with the peer's devices.
    func sessions(with peer: IdentityID) async throws -> [SessionFigures]

    /// What both sides compare; absent while nothing is known of the peer.
    func safetyCode(with peer: IdentityID) async throws -> SafetyCode?
}

/// An envelope and what its ciphertext says in the clear.
package struct SealedMessage: Hashable, Sendable, Codable {
    package let envelope: Envelope
    /// Its index in the sender's chain.
    package let messageNumber: Int
    /// How many messages the sender's chain before had.
    package let previousChainLength: Int
    /// The sender's ratchet key, hex.
    package let ratchetKey: String
    /// Absent without a post-quantum part.
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

/// How far the ratchets of a session with one device have turned.
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
    /// When the session was begun, milliseconds since 1970.
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

/// A safety number: the same on both sides unless somebody stands between them.
package struct SafetyCode: Hashable, Sendable, Codable {
    /// 60 digits.
    package let digits: String
    /// What the other side scans.
    package let scannable: Base64
    /// Whether the peer's key has changed and nobody has approved that.
    package let awaitsApproval: Bool

    package init(digits: String, scannable: Base64, awaitsApproval: Bool) {
        self.digits = digits
        self.scannable = scannable
        self.awaitsApproval = awaitsApproval
    }
}
