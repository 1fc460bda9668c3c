import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol

extension Transaction {
    /// The peers whose identity keys are known.
    package struct Peers {
        let scope: Scope

        /// What is known of a peer's keys.
        package func peer(_ id: IdentityID) throws -> PinnedIdentity? {
            if let row = scope.rows.peers[id] { return row.value }
            let rowID = rowID(of: id)
            let peer = try scope.database.value("SELECT sealed FROM identity WHERE peer = ?", rowID.name)
                .map { try scope.sealer.open(PinnedIdentity.self, $0, at: rowID) }
            scope.rows.peers[id] = Scope.Row(value: peer)
            return peer
        }

        /// All peers, by id.
        package func all() throws -> [PinnedIdentity] {
            try flush()
            return try scope.database.all("SELECT peer, sealed FROM identity") { row in
                let name: [UInt8] = try row[0]
                return try scope.sealer.open(
                    PinnedIdentity.self, try row[1], at: RowSealer.RowID("identity", name))
            }.sorted { $0.id < $1.id }
        }

        /// The key for sending.
        package func approvedKey(of id: IdentityID) throws -> PublicKey? { try peer(id)?.approvedKey }

        /// How a stored message is marked: with the key that it came under, as that is worth now. `key` is absent in
        /// messages of earlier versions.
        ///
        /// It was approved when the message was taken: a key that waits again is one that was replaced.
        func mark(_ key: Data?, of id: IdentityID) throws -> KeyMark? {
            let peer = try peer(id)
            guard let key = try key.map({ try PublicKey(wire: $0) }) ?? peer?.keyOfUnmarkedMessages else {
                return nil
            }
            let standing = peer?.standing(of: key) ?? .retired
            return KeyMark(
                identityKey: Base64(key.wire), standing: standing == .unapproved ? .retired : standing)
        }

        /// Takes note of the key that a message or a bundle came with. Our own identity has our own key and no other.
        mutating func note(_ key: PublicKey, of id: IdentityID) throws -> PinnedIdentity.Observation {
            let account = scope.account
            guard id != account.owner.identity || key == account.identity.publicKey else { return .rejected }
            guard var peer = try peer(id) else {
                store(PinnedIdentity(id: id, key: key, at: scope.now))
                return .approved
            }
            let before = peer
            let observation = peer.observe(key, at: scope.now)
            if peer != before { store(peer) }
            return observation
        }

        mutating func approve(_ key: PublicKey, of id: IdentityID, by standing: KeyStanding) throws -> Bool {
            guard var peer = try peer(id), peer.approve(key, by: standing) else { return false }
            store(peer)
            return true
        }

        mutating func reject(_ key: PublicKey, of id: IdentityID) throws -> Bool {
            guard var peer = try peer(id), peer.reject(key) else { return false }
            store(peer)
            return true
        }

        /// Notes that there is a session with a peer's device under a key that is known.
        mutating func add(_ device: DeviceAddress, under key: PublicKey) throws {
            guard var peer = try peer(device.identity) else { return }
            let before = peer
            peer.addDevice(device.device, under: key)
            if peer != before { store(peer) }
        }

        mutating func remove(_ device: DeviceAddress, under key: PublicKey) throws {
            guard var peer = try peer(device.identity) else { return }
            peer.removeDevice(device.device, under: key)
            store(peer)
        }

        private mutating func store(_ peer: PinnedIdentity) {
            scope.rows.peers[peer.id] = Scope.Row(value: peer, isChanged: true)
        }

        /// Writes what was changed in memory.
        func flush() throws {
            for (id, row) in scope.rows.peers where row.isChanged {
                guard let peer = row.value else { continue }
                let rowID = rowID(of: id)
                try scope.database.run(
                    "INSERT OR REPLACE INTO identity (peer, sealed) VALUES (?, ?)", rowID.name,
                    try scope.sealer.seal(peer, at: rowID))
                scope.rows.peers[id]?.isChanged = false
            }
        }

        private func rowID(of id: IdentityID) -> RowSealer.RowID {
            RowSealer.RowID("identity", scope.name(of: id, in: "identity"))
        }
    }
}
