import KeyStore
import RelayAPI
import SignalProtocol

extension Messenger {
    /// Everybody whose identity key is known, by id.
    package func identities() async throws -> [PinnedIdentity] {
        try await store.read { try $0.peers.all() }
    }

    /// The safety number with a peer, for the key seen last: the one to approve if it has changed.
    ///
    /// - Throws: `MessengerError.unknownPeer`.
    package func safetyNumber(with peer: IdentityID) async throws -> Fingerprint {
        let key = try await currentKey(of: peer)
        return try Fingerprint(
            version: 2,
            local: .init(identifier: owner.description.utf8, identityKey: store.account.identity.publicKey),
            remote: .init(identifier: peer.description.utf8, identityKey: key))
    }

    /// Allows sending under the peer's key, after a person has compared safety numbers.
    ///
    /// - Parameters:
    ///   - key: The key that the person looked at.
    ///   - peer: Whose it is.
    /// - Throws: `MessengerError.unknownPeer`; `.approvalOutdated` if the key has changed again since.
    package func approve(_ key: PublicKey, of peer: IdentityID) async throws {
        _ = try await currentKey(of: peer)
        let isApproved = try await store.write { try $0.peers.approve(key, of: peer) }
        guard isApproved else { throw MessengerError.approvalOutdated(peer) }
    }

    private func currentKey(of peer: IdentityID) async throws -> PublicKey {
        guard let pinned = try await store.read({ try $0.peers.peer(peer) }) else {
            throw MessengerError.unknownPeer(peer)
        }
        return pinned.currentKey
    }
}
