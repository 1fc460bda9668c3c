import Database
import Foundation
import RelayAPI
import SignalProtocol

/// The sessions that a copied store may read in and never write in, by their base keys.
extension Setting<[Data]> {
    static var retiredSessions: Setting { Setting(name: "retiredSessions") }
}

extension Transaction {
    /// The sessions with each device, apart by the identity key that they are under.
    package struct Sessions {
        /// The place of a record.
        struct Place: Hashable, Sendable {
            let device: DeviceAddress
            let key: PublicKey
        }

        let scope: Scope

        /// The sessions with a device under the peer's approved key.
        package func session(with device: DeviceAddress) throws -> SessionRecord? {
            guard let key = try approvedKey(of: device) else { return nil }
            return try session(with: device, under: key)
        }

        package func session(with device: DeviceAddress, under key: PublicKey) throws -> SessionRecord? {
            let place = Place(device: device, key: key)
            if let row = scope.rows.sessions[place] { return row.value }
            let rowID = rowID(of: place)
            let row = try stored(at: rowID)
            scope.rows.sessions[place] = row
            return row.value
        }

        /// Keeps a session, and that the peer has this device.
        package mutating func store(
            _ record: SessionRecord, with device: DeviceAddress, under key: PublicKey
        ) throws {
            let place = Place(device: device, key: key)
            let names = scope.rows.sessions[place]?.partNames
            scope.rows.sessions[place] = Scope.SessionRow(value: record, isChanged: true, partNames: names)
            var peers = Peers(scope: scope)
            try peers.add(device, under: key)
        }

        /// Forgets a device that its owner has given up.
        package mutating func forget(_ device: DeviceAddress) throws {
            if let key = try approvedKey(of: device) { try forget(device, under: key) }
        }

        mutating func forget(_ device: DeviceAddress, under key: PublicKey) throws {
            let place = Place(device: device, key: key)
            let name = rowID(of: place).name
            try scope.database.run("DELETE FROM session WHERE address = ?", name)
            try scope.database.run("DELETE FROM sessionPart WHERE address = ?", name)
            scope.rows.sessions[place] = Scope.SessionRow(value: nil)
            var peers = Peers(scope: scope)
            try peers.remove(device, under: key)
        }

        /// When the current session with a device under the approved key was begun; nil without one.
        package func begunAt(with device: DeviceAddress) throws -> Date? {
            guard let key = try approvedKey(of: device) else { return nil }
            let begunAt: Int64?? = try scope.database.value(
                "SELECT begunAt FROM session WHERE address = ?",
                rowID(of: Place(device: device, key: key)).name)
            return (begunAt ?? nil).map(Date.init(milliseconds:))
        }

        /// Archives the current session with a device if `condition` holds for it.
        private mutating func archive(
            with device: DeviceAddress, under key: PublicKey,
            if condition: (SessionRecord) throws -> Bool = { _ in true }
        ) throws {
            guard var record = try session(with: device, under: key), try condition(record) else { return }
            record.archiveCurrentState()
            try store(record, with: device, under: key)
        }

        /// Archives all sessions for good: this store is a copy, or was put back, and they may go on elsewhere.
        package mutating func retireAll() throws {
            var settings = Settings(scope: scope)
            var retired = try settings.read(.retiredSessions) ?? []
            for peer in try Peers(scope: scope).all() {
                for known in peer.keys {
                    for device in known.devices.map({ DeviceAddress(peer.id, $0) }) {
                        let record = try session(with: device, under: known.key)
                        if let baseKey = record?.baseKey { retired.append(Data(baseKey)) }
                        try archive(with: device, under: known.key)
                    }
                }
            }
            retired = retired.suffix(Self.maxRetiredCount)
            try settings.write(retired, .retiredSessions)
            scope.rows.retiredSessions = retired
        }

        /// Peers have left older ones long ago.
        private static let maxRetiredCount = 10_000

        /// Archives the current session if the original of this store may write in it; to be called after decrypting.
        mutating func archiveIfRetired(with device: DeviceAddress, under key: PublicKey) throws {
            let retired =
                try scope.rows.retiredSessions ?? Settings(scope: scope).read(.retiredSessions) ?? []
            scope.rows.retiredSessions = retired
            guard !retired.isEmpty else { return }
            try archive(with: device, under: key) {
                $0.baseKey.map { retired.contains(Data($0)) } ?? false
            }
        }

        /// Writes what was changed in memory.
        func flush() throws {
            for (place, row) in scope.rows.sessions where row.isChanged {
                guard let record = row.value else { continue }
                scope.rows.sessions[place]?.partNames = try write(
                    record, over: row.partNames, at: rowID(of: place))
                scope.rows.sessions[place]?.isChanged = false
            }
        }

        private func write(
            _ record: SessionRecord, over stored: Set<[UInt8]>?, at rowID: RowSealer.RowID
        ) throws -> Set<[UInt8]> {
            let name = record.baseKey.map { scope.sealer.name(in: "sessionName", $0) }
            let division = divide(record.compactForm, of: rowID.name)
            try scope.database.run(
                """
                INSERT INTO session (address, sealed, name, begunAt, partDepth) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (address) DO UPDATE SET sealed = excluded.sealed, name = excluded.name,
                    begunAt = IIF(name IS excluded.name, begunAt, excluded.begunAt),
                    partDepth = excluded.partDepth
                """, rowID.name, scope.sealer.seal(bytes: division.frame, at: rowID), name,
                name.map { _ in scope.now.milliseconds }, division.depth)
            try write(division.parts, over: stored, of: rowID.name)
            try keepNewest(with: rowID.name)
            return Set(division.parts.keys)
        }

        /// More sessions are not kept, because a name costs whoever writes to us little: those go that were not used the
        /// longest. Their peers' next messages begin new ones.
        static let maxCount = 10_000

        /// Rows are ordered by their use: one moves to the end where it has fallen back to the older half.
        private func keepNewest(with name: [UInt8]) throws {
            let last: Int64 = try scope.database.value("SELECT MAX(rowid) FROM session") ?? 0
            try scope.database.run(
                "UPDATE session SET rowid = ? WHERE address = ? AND rowid <= ?", last + 1, name,
                last - Int64(Self.maxCount / 2))
            for old: [UInt8] in try scope.database.values(
                "SELECT address FROM session WHERE rowid <= ?", last - Int64(Self.maxCount))
            {
                try scope.database.run("DELETE FROM session WHERE address = ?", old)
                try scope.database.run("DELETE FROM sessionPart WHERE address = ?", old)
            }
        }

        private func approvedKey(of device: DeviceAddress) throws -> PublicKey? {
            try Peers(scope: scope).approvedKey(of: device.identity)
        }

        private func rowID(of place: Place) -> RowSealer.RowID {
            RowSealer.RowID("session", scope.name(of: place.device, in: "session", place.key.wire))
        }
    }
}
