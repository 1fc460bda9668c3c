import Database
import Foundation
import RelayAPI
import SignalProtocol

extension Transaction {
    /// Those whose identity key is known.
    package struct Peers {
        let scope: Scope

        package func peer(_ id: IdentityID) throws -> PinnedIdentity? {
            if let row = scope.rows.peers[id] { return row.value }
            let rowID = rowID(of: id)
            let peer = try scope.database.value("SELECT sealed FROM identity WHERE peer = ?", rowID.name)
                .map { try scope.sealer.open(PinnedIdentity.self, $0, at: rowID) }
            scope.rows.peers[id] = Scope.Row(value: peer)
            return peer
        }

        /// All of them, by id.
        package func all() throws -> [PinnedIdentity] {
            try flush()
            return try scope.database.all("SELECT peer, sealed FROM identity") { row in
                let name: [UInt8] = try row[0]
                return try scope.sealer.open(
                    PinnedIdentity.self, try row[1], at: RowSealer.RowID("identity", name))
            }.sorted { $0.id < $1.id }
        }

        /// Whether `key` may be used; one of somebody unknown may.
        package func isTrusted(_ key: PublicKey, of id: IdentityID, direction: TrustDirection) throws -> Bool
        {
            try peer(id)?.isTrusted(key, direction: direction) ?? true
        }

        /// Takes note of the key that a message or a bundle came with.
        mutating func note(_ key: PublicKey, of id: IdentityID) throws -> IdentityChange {
            try update(id, orPin: key) { $0.observe(key, at: $1) }
        }

        /// Takes note of the key under which a directory lists a peer.
        package mutating func noteListed(_ key: PublicKey, of id: IdentityID) throws -> IdentityChange {
            try update(id, orPin: key) { $0.observeListed(key, at: $1) }
        }

        /// Allows sending under a key, as a person decided. Sessions under another key are put aside.
        ///
        /// - Returns: False if `key` is not the peer's present key: it may have changed again since the person looked.
        package mutating func approve(_ key: PublicKey, of id: IdentityID) throws -> Bool {
            guard var peer = try peer(id), peer.approve(key) else { return false }
            store(peer)
            var sessions = Sessions(scope: scope)
            for device in peer.devices {
                try sessions.archive(with: DeviceAddress(id, device)) { $0.remoteIdentityKey != key }
            }
            return true
        }

        /// Notes that there is a session with a peer's device.
        mutating func add(_ device: DeviceAddress, orPin key: PublicKey) throws {
            try update(device.identity, orPin: key) { peer, _ in peer.addDevice(device.device) }
        }

        mutating func remove(_ device: DeviceAddress) throws {
            guard var peer = try peer(device.identity) else { return }
            peer.removeDevice(device.device)
            store(peer)
        }

        private mutating func update<Value>(
            _ id: IdentityID, orPin key: PublicKey, _ change: (inout PinnedIdentity, Date) throws -> Value
        ) throws -> Value {
            let known = try peer(id)
            var peer = known ?? PinnedIdentity(id: id, key: key, at: scope.now)
            let value = try change(&peer, scope.now)
            if peer != known { store(peer) }
            return value
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
