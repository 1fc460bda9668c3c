import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// Exchange without a relay: bundles and envelopes that a person carries.
extension Messenger {
    /// A bundle with fresh one-time keys, to be given to one peer.
    package func exportBundle() async throws -> IdentityBundle {
        let device = try await store.write { [address] transaction in
            let oneTime = try transaction.preKeys.make(1).first
            let kyber = try transaction.preKeys.makeKyber(1).first
            let lastResort = try transaction.preKeys.currentLastResortKyber(
                maxAge: PreKeyUpkeep.lastResortAge)
            return DeviceBundle(
                device: address.device, registrationId: transaction.account.registrationID,
                signedPreKey: try SignedPreKey(
                    transaction.preKeys.currentSigned(maxAge: PreKeyUpkeep.signedPreKeyAge)),
                kyberPreKey: try SignedPreKey(kyber ?? lastResort),
                oneTimePreKey: try oneTime.map {
                    OneTimePreKey(id: $0.id, publicKey: Base64(try $0.publicKey().wire))
                })
        }
        return IdentityBundle(
            id: owner, identityKey: Base64(store.account.identity.publicKey.wire), devices: [device])
    }

    /// Starts sessions with the devices of a bundle received from a peer.
    ///
    /// - Throws: `MessengerError.identityChanged` if the bundle's identity key is not the approved one.
    package func startSession(with bundle: IdentityBundle) async throws {
        try await beginSessions(with: bundle)
    }

    /// Ensures that there is a session with each of a peer's devices; the relay is asked only if one is missing.
    ///
    /// - Throws: `MessengerError.identityChanged`, `.relayUnreachable`, `Problem` where the relay knows no such peer.
    package func startSession(with peer: IdentityID) async throws {
        if try await store.read({ try PeerSessions(peer: peer).usableDevices(in: $0) }) == nil {
            try await beginSessions(with: peer)
        }
    }

    /// Encrypts a message into one envelope per device of the peer, to be carried by hand: not put into the outbox.
    ///
    /// - Throws: `MessengerError.unknownPeer` if there is no session.
    package func encrypt(_ message: TypedMessage, to peer: IdentityID) async throws -> [Envelope] {
        try await store.write { transaction in
            guard let devices = try PeerSessions(peer: peer).usableDevices(in: transaction) else {
                throw MessengerError.unknownPeer(peer)
            }
            let id = UUID.timeOrdered()
            _ = try transaction.seenMessages.noteSent(id)
            let content = try JSONEncoder().encode(message)
            return try devices.map {
                try SealedEnvelope(content, as: id, .durable, for: $0, in: &transaction).envelope
            }
        }
    }

    /// Receives an envelope that was carried by hand, as if the relay had delivered it.
    ///
    /// - Returns: The message, which stands in the inbox until it is marked as handled; nil if it was for the
    ///   messenger itself.
    /// - Throws: `MessengerError.notForUs`, `.alreadyReceived`, `.unreadable`.
    package func decrypt(_ envelope: Envelope) async throws -> ReceivedMessage? {
        guard envelope.recipient == address else {
            throw MessengerError.notForUs(recipient: envelope.recipient)
        }
        switch try await store.write({ try Receiver(envelope: envelope).receive(in: &$0) }) {
        case .received(let message):
            inboxChanged.raise()
            return message
        case .consumed:
            outboxChanged.raise()
            return nil
        case .duplicate: throw MessengerError.alreadyReceived
        case .held:
            heldChanged.raise()
            throw MessengerError.held(envelope.senderId)
        case .dropped(let cause): throw MessengerError.unreadable(cause: cause)
        case .unreadable(let cause, _): throw MessengerError.unreadable(cause: cause)
        }
    }
}
