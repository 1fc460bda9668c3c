import Database
import Foundation
import SignalProtocol

/// The sessions that a copied store may read in and never write in, by their base keys.
extension Setting<[Data]> {
    static var retiredSessions: Setting { Setting(name: "retiredSessions") }
}

extension StoreTransaction {
    /// Makes another life of the device out of a copied store.
    ///
    /// Sessions are put aside: what was sent in them can still be read, the next message to each peer begins a new
    /// one. The registration id changes, so that peers begin new ones as well; ids of prekeys skip those that the original
    /// may have given out; the relay's token is forgotten.
    mutating func renew() throws {
        var retired = try Setting.retiredSessions.read(from: database, sealer: sealer) ?? []
        for identity in try pinnedIdentities() {
            for device in identity.devices {
                let address = try ProtocolAddress(name: identity.name, deviceID: device)
                guard var record = try session(for: address) else { continue }
                if let key = record.baseKey { retired.append(Data(key)) }
                record.archiveCurrentState()
                try storeSession(record, for: address)
            }
        }
        try Setting.retiredSessions.write(retired, to: database, sealer: sealer)
        // Our own chains among them would be sent in again.
        try database.run("DELETE FROM senderKey")
        try database.run("DELETE FROM setting WHERE name = ?", Setting<String>.relayToken.name)
        var counters = try Setting.preKeyCounters.read(from: database, sealer: sealer) ?? PreKeyCounters()
        try counters.leap()
        try Setting.preKeyCounters.write(counters, to: database, sealer: sealer)
        let others = (UInt32(1)...16_383).filter { $0 != account.registrationID }
        try Setting.account.write(
            Account(
                owner: account.owner, registrationID: others.randomElement() ?? account.registrationID,
                identity: account.identity), to: database, sealer: sealer)
    }

    /// Puts the current session aside if the original of this store may write in it; to be called after decrypting.
    package mutating func archiveIfRetired(_ address: ProtocolAddress) throws {
        let retired = try cache.retiredSessions {
            try Setting.retiredSessions.read(from: database, sealer: sealer) ?? []
        }
        guard !retired.isEmpty, var record = try session(for: address), let key = record.baseKey,
            retired.contains(Data(key))
        else { return }
        record.archiveCurrentState()
        try storeSession(record, for: address)
    }
}
