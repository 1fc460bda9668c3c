import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// A key of a peer with its safety number.
package struct PeerKey: Sendable {
    package let key: PublicKey
    package let standing: KeyStanding
    package let firstSeenAt: Date
    package let fingerprint: Fingerprint
    /// How many messages are held under it.
    package let heldCount: Int
}

extension Messenger {
    /// The identities whose keys are known, by id.
    package func identities() async throws -> [PinnedIdentity] {
        try await store.read { try $0.peers.all() }
    }

    /// The keys of a peer with their safety numbers: the approved one first, then in the order in which they were seen.
    ///
    /// - Throws: `MessengerError.unknownPeer`, `.ownIdentity`.
    package func keys(of peer: IdentityID) async throws -> [PeerKey] {
        guard peer != owner else { throw MessengerError.ownIdentity(peer) }
        let known = try await store.read { transaction in
            try transaction.peers.peer(peer)?.keys.map {
                ($0, try transaction.heldMessages.count(of: peer, under: $0.key))
            }
        }
        guard let known else { throw MessengerError.unknownPeer(peer) }
        let keys = try known.map { known, heldCount in
            PeerKey(
                key: known.key, standing: known.standing, firstSeenAt: known.firstSeenAt,
                fingerprint: try fingerprint(of: known.key, peer), heldCount: heldCount)
        }
        return keys.filter(\.standing.isApproved) + keys.filter { !$0.standing.isApproved }
    }

    /// The safety number with a peer, for the approved key.
    ///
    /// - Throws: `MessengerError.unknownPeer`, `.ownIdentity`, `.identityChanged` where no key is approved.
    package func safetyNumber(with peer: IdentityID) async throws -> Fingerprint {
        guard let key = try await keys(of: peer).first, key.standing.isApproved else {
            throw MessengerError.identityChanged(peer)
        }
        return key.fingerprint
    }

    func fingerprint(of key: PublicKey, _ peer: IdentityID) throws -> Fingerprint {
        try Fingerprint(
            version: 2,
            local: .init(identifier: owner.description.utf8, identityKey: store.account.identity.publicKey),
            remote: .init(identifier: peer.description.utf8, identityKey: key))
    }

    // MARK: Deciding

    /// Approves a key of a peer. What is held under it is delivered, what waits for the peer is encrypted under it, and the
    /// key that was approved before is retired.
    ///
    /// - Parameters:
    ///   - key: The key that the person looked at.
    ///   - peer: The key's owner.
    ///   - standing: How it is approved.
    /// - Throws: `MessengerError.noSuchKey`, `.ownIdentity`, `.approvedByComparison` where `standing` is less than the one
    ///   of the key that it would replace.
    package func approve(
        _ key: PublicKey, of peer: IdentityID, by standing: KeyStanding = .comparison
    ) async throws {
        try await decide(about: peer) { transaction in
            guard try transaction.peers.peer(peer)?.standing(of: key) != nil else {
                throw MessengerError.noSuchKey(peer)
            }
            guard try transaction.approve(key, of: peer, by: standing) else {
                throw MessengerError.approvedByComparison(peer)
            }
        }
    }

    /// Rejects a key of a peer for good: what is held under it is deleted.
    ///
    /// - Throws: `MessengerError.noSuchKey`, `.ownIdentity`.
    package func reject(_ key: PublicKey, of peer: IdentityID) async throws {
        try await decide(about: peer) { transaction in
            guard try transaction.reject(key, of: peer) else { throw MessengerError.noSuchKey(peer) }
        }
    }

    /// Approves the key of a peer who runs in the same process, or whose key an invitation named. One that a person has
    /// compared stays.
    ///
    /// - Returns: Whether the key is approved now.
    @discardableResult
    package func pin(_ key: PublicKey, of peer: IdentityID) async throws -> Bool {
        let before = try await store.read { try $0.peers.peer(peer) }
        if before?.approvedKey == key, before?.approved?.standing != .firstUse { return true }
        return try await decide(about: peer) { try $0.pin(key, of: peer) }
    }

    /// Carries out a decision, with what follows from it for the messages that wait to be sent.
    private func decide<Value: Sendable>(
        about peer: IdentityID, _ decide: @escaping @Sendable (inout Transaction) throws -> Value
    ) async throws -> Value {
        guard peer != owner else { throw MessengerError.ownIdentity(peer) }
        let value = try await store.write { transaction in
            let before = try transaction.peers.peer(peer)
            let value = try decide(&transaction)
            if let before, try transaction.peers.approvedKey(of: peer) != before.approvedKey {
                try OutboxRenewal(peer: peer).changeKey(
                    from: before.devices.map { DeviceAddress(peer, $0) }, in: &transaction)
            }
            return value
        }
        unapprovedBundles.decided(peer)
        keysDecided.raise()
        inboxChanged.raise()
        outboxChanged.raise()
        heldChanged.raise()
        return value
    }
}

extension Messenger: TrustSource {
    package func heldMessages() async throws -> [ReceivedMessage] {
        try await store.messages { try $0.heldMessages.page(limit: .max) }.messages
    }

    package func unapprovedKeys() async throws -> [UnapprovedKey] {
        var unapproved: [UnapprovedKey] = []
        for peer in try await identities() where peer.awaitsApproval && peer.id != owner {
            for key in try await keys(of: peer.id) where key.standing == .unapproved {
                unapproved.append(
                    UnapprovedKey(
                        peer: peer.id, identityKey: Base64(key.key.wire),
                        safetyNumber: key.fingerprint.displayable, firstSeenAt: key.firstSeenAt,
                        heldCount: key.heldCount))
            }
        }
        return unapproved
    }

    package func heldChanges() -> AsyncStream<Void> { heldChanged.changes() }

    package func approve(_ peer: IdentityID, safetyNumber: String) async throws {
        try await approve(key(of: peer, with: safetyNumber), of: peer)
    }

    package func reject(_ peer: IdentityID, safetyNumber: String) async throws {
        try await reject(key(of: peer, with: safetyNumber), of: peer)
    }

    /// The key that was compared; spaces and line breaks between the digits do not count.
    ///
    /// - Throws: `MessengerError.noSuchKey`, `.unknownPeer`, `.ownIdentity`.
    private func key(of peer: IdentityID, with safetyNumber: String) async throws -> PublicKey {
        let digits = safetyNumber.filter { !$0.isWhitespace }
        guard let key = try await keys(of: peer).first(where: { $0.fingerprint.displayable == digits }) else {
            throw MessengerError.noSuchKey(peer)
        }
        return key.key
    }
}
