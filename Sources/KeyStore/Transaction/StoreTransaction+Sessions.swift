import Database
import Foundation
import SignalProtocol

extension StoreTransaction: SessionStore {
    package func session(for address: ProtocolAddress) throws -> SessionRecord? {
        if let row = cache.contents.sessions[address] { return row.value }
        let place = sessionPlace(address)
        let record = try database.value("SELECT sealed FROM session WHERE address = ?", place.row)
            .map { try SessionRecord(serialized: sealer.open($0, at: place)) }
        cache.contents.sessions[address] = RowCache.Row(value: record)
        return record
    }

    /// Keeps a session, and that the peer has this device.
    package mutating func storeSession(_ record: SessionRecord, for address: ProtocolAddress) throws {
        cache.contents.sessions[address] = RowCache.Row(value: record, isChanged: true)
        guard let key = record.remoteIdentityKey else { return }
        try updateIdentity(of: address.name, orPin: key) { identity, _ in identity.addDevice(address.deviceID)
        }
    }

    /// Forgets a device that its owner has given up.
    package mutating func forgetDevice(_ address: ProtocolAddress) throws {
        try database.run("DELETE FROM session WHERE address = ?", sessionPlace(address).row)
        cache.contents.sessions[address] = RowCache.Row(value: nil)
        guard var identity = try pinnedIdentity(of: address.name) else { return }
        identity.removeDevice(address.deviceID)
        storeIdentity(identity)
    }

    func writeSession(_ record: SessionRecord, for address: ProtocolAddress) throws {
        let place = sessionPlace(address)
        let name = record.baseKey.map { sealer.name(in: "sessionName", $0) }
        try database.run(
            """
            INSERT INTO session (address, sealed, name, begunAt) VALUES (?, ?, ?, ?)
            ON CONFLICT (address) DO UPDATE SET sealed = excluded.sealed, name = excluded.name,
                begunAt = IIF(name IS excluded.name, begunAt, excluded.begunAt)
            """, place.row, sealer.seal(bytes: record.serialized, at: place), name,
            name.map { _ in now.milliseconds })
    }

    /// When the current session with a device was begun; nil without one.
    package func sessionBegunAt(_ address: ProtocolAddress) throws -> Date? {
        let begunAt: Int64?? = try database.value(
            "SELECT begunAt FROM session WHERE address = ?", sessionPlace(address).row)
        return (begunAt ?? nil).map(Date.init(milliseconds:))
    }

    private func sessionPlace(_ address: ProtocolAddress) -> RowSealer.Place {
        RowSealer.Place("session", sealer.name(in: "session", Array(address.name.utf8), [address.deviceID]))
    }
}

extension StoreTransaction: SenderKeyStore {
    package func senderKey(
        for sender: ProtocolAddress, distributionID: DistributionID
    ) throws -> SenderKeyRecord? {
        let place = senderKeyPlace(sender, distributionID)
        return try database.value("SELECT sealed FROM senderKey WHERE name = ?", place.row)
            .map { try SenderKeyRecord(serialized: sealer.open($0, at: place)) }
    }

    package mutating func storeSenderKey(
        _ record: SenderKeyRecord, for sender: ProtocolAddress, distributionID: DistributionID
    ) throws {
        let place = senderKeyPlace(sender, distributionID)
        try database.run(
            "INSERT OR REPLACE INTO senderKey (name, sealed) VALUES (?, ?)", place.row,
            sealer.seal(bytes: record.serialized, at: place))
    }

    private func senderKeyPlace(
        _ sender: ProtocolAddress, _ distributionID: DistributionID
    ) -> RowSealer.Place {
        RowSealer.Place(
            "senderKey",
            sealer.name(in: "senderKey", Array(sender.name.utf8), [sender.deviceID], distributionID.bytes))
    }
}
