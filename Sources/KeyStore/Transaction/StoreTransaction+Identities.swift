import Database
import Foundation
import SignalProtocol

extension StoreTransaction: IdentityStore {
    package var identityKeyPair: IdentityKeyPair { account.identity }
    package var localRegistrationID: UInt32 { account.registrationID }

    package func isTrusted(
        _ key: PublicKey, for address: ProtocolAddress, direction: TrustDirection
    ) throws -> Bool {
        try pinnedIdentity(of: address.name)?.isTrusted(key, direction: direction) ?? true
    }

    package mutating func saveIdentity(_ key: PublicKey, for address: ProtocolAddress) throws
        -> IdentityChange
    {
        try updateIdentity(of: address.name, orPin: key) { $0.observe(key, at: $1) }
    }

    package func identity(for address: ProtocolAddress) throws -> PublicKey? {
        try pinnedIdentity(of: address.name)?.currentKey
    }
}

extension StoreTransaction {
    package func pinnedIdentity(of name: String) throws -> PinnedIdentity? {
        if let row = cache.contents.identities[name] { return row.value }
        let place = identityPlace(name)
        let identity = try database.value("SELECT sealed FROM identity WHERE peer = ?", place.row)
            .map { try sealer.open(PinnedIdentity.self, $0, at: place) }
        cache.contents.identities[name] = RowCache.Row(value: identity)
        return identity
    }

    /// Everybody known, by name.
    package func pinnedIdentities() throws -> [PinnedIdentity] {
        try flush()
        return try database.all("SELECT peer, sealed FROM identity") { row in
            let peer: [UInt8] = try row[0]
            return try sealer.open(PinnedIdentity.self, try row[1], at: RowSealer.Place("identity", peer))
        }.sorted { $0.name < $1.name }
    }

    /// Takes note of the key under which a directory lists a peer.
    package mutating func noteListedIdentity(_ key: PublicKey, of name: String) throws -> IdentityChange {
        try updateIdentity(of: name, orPin: key) { $0.observeListed(key, at: $1) }
    }

    /// Lets a person allow sending under a key. Sessions under another key are put aside.
    ///
    /// - Returns: False where `key` is not the peer's present key: it may have changed again since the person looked.
    package mutating func approveIdentity(_ key: PublicKey, of name: String) throws -> Bool {
        guard var identity = try pinnedIdentity(of: name), identity.approve(key) else { return false }
        storeIdentity(identity)
        for device in identity.devices {
            let address = try ProtocolAddress(name: name, deviceID: device)
            guard var record = try session(for: address), record.remoteIdentityKey != key else { continue }
            record.archiveCurrentState()
            try storeSession(record, for: address)
        }
        return true
    }

    mutating func updateIdentity<Value>(
        of name: String, orPin key: PublicKey, _ change: (inout PinnedIdentity, Date) throws -> Value
    ) throws -> Value {
        let known = try pinnedIdentity(of: name)
        var identity = known ?? PinnedIdentity(name: name, key: key, at: now)
        let value = try change(&identity, now)
        if identity != known { storeIdentity(identity) }
        return value
    }

    mutating func storeIdentity(_ identity: PinnedIdentity) {
        cache.contents.identities[identity.name] = RowCache.Row(value: identity, isChanged: true)
    }

    func writeIdentity(_ identity: PinnedIdentity) throws {
        let place = identityPlace(identity.name)
        try database.run(
            "INSERT OR REPLACE INTO identity (peer, sealed) VALUES (?, ?)", place.row,
            try sealer.seal(identity, at: place))
    }

    private func identityPlace(_ name: String) -> RowSealer.Place {
        RowSealer.Place("identity", sealer.name(in: "identity", Array(name.utf8)))
    }
}
