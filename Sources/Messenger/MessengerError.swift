import KeyStore
import MaintenanceAPI
import RelayAPI

/// The reason why a message cannot be sent or an account cannot be used. The relay's own errors are `Problem`s.
package enum MessengerError: Error, Hashable, Sendable {
    /// The relay lists an identity key for the peer that is not the approved one; sending waits for a person's decision.
    case identityChanged(IdentityID)
    /// The relay lists no device to send to.
    case noDevices(IdentityID)
    /// A bundle is not the requested one, or its keys or signatures are invalid.
    case invalidBundle(IdentityID, reason: String)
    /// Nothing is known of this peer yet.
    case unknownPeer(IdentityID)
    /// No known key of the peer has this safety number.
    case noSuchKey(IdentityID)
    /// Approving the key would replace one that a person approved by comparison.
    case approvedByComparison(IdentityID)
    /// The peer is our own identity; a safety number needs two.
    case ownIdentity(IdentityID)
    /// The message is held because its identity key is not approved.
    case held(IdentityID)
    /// A newer connection of the same device has taken over.
    case takenOver(DeviceAddress)
    /// The device's registration keeps being replaced: another copy of its key store is in use.
    case usedElsewhere(DeviceAddress)
    /// The relay holds keys of this device that were not created in its key store.
    case storeOutdated(DeviceAddress)
    /// No answer from the relay.
    case relayUnreachable(url: String, reason: String)
    /// The relay's answer is not understood by this version.
    case unexpectedAnswer(reason: String)
    /// The envelope is addressed to another device.
    case notForUs(recipient: DeviceAddress)
    /// The envelope was received before.
    case alreadyReceived
    /// The envelope cannot be decrypted or understood; the text gives the reason.
    case unreadable(cause: String)
}

extension MessengerError {
    /// Whether another copy of the key store is or was in use, so that continuing would do harm.
    package var isOfCopies: Bool {
        switch self {
        case .takenOver, .usedElsewhere, .storeOutdated: true
        default: false
        }
    }

    /// Whether the error concerns what the relay returned for one peer; other peers are unaffected.
    var isOfBundle: Bool {
        switch self {
        case .identityChanged, .noDevices, .invalidBundle, .unexpectedAnswer: true
        default: false
        }
    }
}

extension MessengerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .identityChanged(let peer):
            "the identity key of \(peer) has changed; compare safety numbers with \(peer), then approve or reject the new key"
        case .noDevices(let peer): "\(peer) has no device to send to; wait until it has registered one"
        case .invalidBundle(let peer, let reason): "the key bundle of \(peer) cannot be used: \(reason)"
        case .unknownPeer(let peer): "nothing is known of \(peer) yet; send or receive a message first"
        case .noSuchKey(let peer):
            "no identity key of \(peer) has this safety number; nothing was changed"
        case .approvedByComparison(let peer):
            "the identity key of \(peer) was approved by comparison; only another comparison replaces it"
        case .ownIdentity(let id):
            "\(id) is your own identity, on this device alone; name somebody else"
        case .held(let peer):
            "the message of \(peer) came under an identity key that nobody has approved, and is held"
        case .takenOver(let address):
            "another process has connected to the relay as \(address); stop one of the two"
        case .usedElsewhere(let address):
            "another copy of \(address) is in use, such as a restored backup or its original: each replaces the other's registration; stop one of the two and do not use it again"
        case .storeOutdated(let address):
            "the relay holds keys of \(address) that its key store has not made: the store was put back to an earlier state, or a copy of it is in use; stop the copy, then start again, which renews the sessions"
        case .relayUnreachable(let url, let reason):
            "the relay at \(url) cannot be reached: \(reason); check that it runs and that the address is right"
        case .unexpectedAnswer(let reason): "the relay's answer was not understood: \(reason)"
        case .notForUs(let recipient): "the envelope is for \(recipient), not for this identity"
        case .alreadyReceived: "the envelope was already received; see the inbox"
        case .unreadable(let cause): "the envelope cannot be read: \(cause)"
        }
    }
}
