import Foundation
import RelayAPI

/// What an identity key of a peer is worth.
package enum KeyStanding: String, Hashable, Sendable, Codable {
    /// Approved, as the first key that was seen of the peer.
    case firstUse = "first-use"
    /// Approved by an invitation that names it, or because its owner runs in the same process.
    case invitation
    /// Approved by a person who has compared safety numbers.
    case comparison
    /// Not approved: nothing is sent under it, and messages under it are held.
    case unapproved
    /// Replaced by another that was approved later.
    case retired
    /// A person has decided that it is not the peer's: what comes under it is dropped.
    case rejected

    package var isApproved: Bool {
        switch self {
        case .firstUse, .invitation, .comparison: true
        case .unapproved, .retired, .rejected: false
        }
    }
}

/// The identity key that a message came under.
package struct KeyMark: Hashable, Sendable, Codable {
    /// In its wire form.
    package let identityKey: Base64
    /// What it is worth now.
    package let standing: KeyStanding

    package init(identityKey: Base64, standing: KeyStanding) {
        self.identityKey = identityKey
        self.standing = standing
    }
}

/// The messages under unapproved keys, and a person's decisions about them.
package protocol TrustSource: Sendable {
    /// The messages that are held, oldest first.
    func heldMessages() async throws -> [ReceivedMessage]

    /// The unapproved keys of all peers, each with its safety number.
    func unapprovedKeys() async throws -> [UnapprovedKey]

    /// Something may have changed in what is held. Begins with an element.
    func heldChanges() -> AsyncStream<Void>

    /// Approves the key of a peer that has this safety number: its held messages are delivered, and the key that was
    /// approved before is retired.
    func approve(_ peer: IdentityID, safetyNumber: String) async throws

    /// Rejects the key of a peer that has this safety number, for good: its held messages are deleted.
    func reject(_ peer: IdentityID, safetyNumber: String) async throws
}

/// An unapproved key of a peer.
package struct UnapprovedKey: Hashable, Sendable, Codable {
    package let peer: IdentityID
    /// In its wire form.
    package let identityKey: Base64
    /// 60 digits.
    package let safetyNumber: String
    package let firstSeenAt: Date
    /// How many messages are held under it.
    package let heldCount: Int

    package init(
        peer: IdentityID, identityKey: Base64, safetyNumber: String, firstSeenAt: Date, heldCount: Int
    ) {
        self.peer = peer
        self.identityKey = identityKey
        self.safetyNumber = safetyNumber
        self.firstSeenAt = firstSeenAt
        self.heldCount = heldCount
    }
}
