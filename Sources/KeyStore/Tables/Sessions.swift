import Database
import Foundation
import RelayAPI
import SignalProtocol

/// The sessions that a copied store may read in and never write in, by their base keys.
extension Setting<[Data]> {
    static var retiredSessions: Setting { Setting(name: "retiredSessions") }
}

extension Transaction {
    /// The sessions with each device.
    package struct Sessions {
        let scope: Scope

        package func session(with device: DeviceAddress) throws -> SessionRecord? {
            if let row = scope.rows.sessions[device] { return row.value }
            let rowID = rowID(of: device)
            let record = try scope.database.value("SELECT sealed FROM session WHERE address = ?", rowID.name)
                .map { try SessionRecord(serialized: scope.sealer.open($0, at: rowID)) }
            scope.rows.sessions[device] = Scope.Row(value: record)
            return record
        }

        /// Keeps a session, and that the peer has this device.
        package mutating func store(_ record: SessionRecord, with device: DeviceAddress) throws {
            scope.rows.sessions[device] = Scope.Row(value: record, isChanged: true)
            guard let key = record.remoteIdentityKey else { return }
            var peers = Peers(scope: scope)
            try peers.add(device, orPin: key)
        }

        /// Forgets a device that its owner has given up.
        package mutating func forget(_ device: DeviceAddress) throws {
            try scope.database.run("DELETE FROM session WHERE address = ?", rowID(of: device).name)
            scope.rows.sessions[device] = Scope.Row(value: nil)
            var peers = Peers(scope: scope)
            try peers.remove(device)
        }

        /// When the current session with a device was begun; nil without one.
        package func begunAt(with device: DeviceAddress) throws -> Date? {
            let begunAt: Int64?? = try scope.database.value(
                "SELECT begunAt FROM session WHERE address = ?", rowID(of: device).name)
            return (begunAt ?? nil).map(Date.init(milliseconds:))
        }

        /// Puts the current session with a device aside if `condition` holds for it.
        mutating func archive(
            with device: DeviceAddress, if condition: (SessionRecord) throws -> Bool = { _ in true }
        ) throws {
            guard var record = try session(with: device), try condition(record) else { return }
            record.archiveCurrentState()
            try store(record, with: device)
        }

        /// Puts all sessions aside for good: this store is a copy, and its original may write in them.
        mutating func retireAll() throws {
            var settings = Settings(scope: scope)
            var retired = try settings.read(.retiredSessions) ?? []
            for peer in try Peers(scope: scope).all() {
                for device in peer.devices.map({ DeviceAddress(peer.id, $0) }) {
                    if let key = try session(with: device)?.baseKey { retired.append(Data(key)) }
                    try archive(with: device)
                }
            }
            try settings.write(retired, .retiredSessions)
        }

        /// Puts the current session aside if the original of this store may write in it; to be called after decrypting.
        package mutating func archiveIfRetired(with device: DeviceAddress) throws {
            let retired =
                try scope.rows.retiredSessions ?? Settings(scope: scope).read(.retiredSessions) ?? []
            scope.rows.retiredSessions = retired
            guard !retired.isEmpty else { return }
            try archive(with: device) { $0.baseKey.map { retired.contains(Data($0)) } ?? false }
        }

        /// Writes what was changed in memory.
        func flush() throws {
            for (device, row) in scope.rows.sessions where row.isChanged {
                guard let record = row.value else { continue }
                try write(record, at: rowID(of: device))
                scope.rows.sessions[device]?.isChanged = false
            }
        }

        private func write(_ record: SessionRecord, at rowID: RowSealer.RowID) throws {
            let name = record.baseKey.map { scope.sealer.name(in: "sessionName", $0) }
            try scope.database.run(
                """
                INSERT INTO session (address, sealed, name, begunAt) VALUES (?, ?, ?, ?)
                ON CONFLICT (address) DO UPDATE SET sealed = excluded.sealed, name = excluded.name,
                    begunAt = IIF(name IS excluded.name, begunAt, excluded.begunAt)
                """, rowID.name, scope.sealer.seal(bytes: record.serialized, at: rowID), name,
                name.map { _ in scope.now.milliseconds })
        }

        private func rowID(of device: DeviceAddress) -> RowSealer.RowID {
            RowSealer.RowID("session", scope.name(of: device, in: "session"))
        }
    }
}
