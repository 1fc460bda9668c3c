import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// What the tables of one transaction share.
///
/// A class, because reading fills the rows too. It lives as long as its transaction, on that one's thread.
final class Scope {
    /// The rows that a transaction uses for one message after the other: opened once, sealed and written once at its end.
    ///
    /// A value, so that it can be put back when a part of the transaction is undone.
    struct Rows {
        var sessions: [Transaction.Sessions.Place: SessionRow] = [:]
        var peers: [IdentityID: Row<PinnedIdentity>] = [:]
        /// The base keys of retired sessions, read once.
        var retiredSessions: [Data]?
        /// The events to report once all is on disk.
        var deliveryChanges: [DeliveryChange] = []
        var quotaRemovals: [QuotaRemoval] = []
        /// Whether ids of prekeys were taken.
        var hasTakenIDs = false
    }

    struct Row<Value> {
        /// Nil if there is no such row.
        var value: Value?
        var isChanged = false
    }

    struct SessionRow {
        /// Nil if there is no such row.
        var value: SessionRecord?
        var isChanged = false
        /// Of the parts on disk; nil if they are not known.
        var partNames: Set<[UInt8]>?
    }

    let database: Connection
    let sealer: RowSealer
    let account: Account
    let quota: MessageQuota
    let now: Date
    var rows = Rows()

    init(database: Connection, sealer: RowSealer, account: Account, quota: MessageQuota, now: Date) {
        self.database = database
        self.sealer = sealer
        self.account = account
        self.quota = quota
        self.now = now
    }

    /// The position that the next row of a table with AUTOINCREMENT gets; its value is sealed to that position.
    func nextPosition(in table: String) throws -> Int64 {
        let last: Int64? = try database.value("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
        return (last ?? 0) + 1
    }

    /// The keyed hash of a message id.
    func name(of messageID: UUID) -> [UInt8] { sealer.name(in: "message", messageID.wire) }

    /// The keyed hash of a device for a table.
    func name(of device: DeviceAddress, in table: String, _ rest: [UInt8]...) -> [UInt8] {
        sealer.name(in: table, [Array(device.identity.description.utf8), [device.device.rawValue]] + rest)
    }

    /// The keyed hash of a peer for a table.
    func name(of peer: IdentityID, in table: String) -> [UInt8] {
        sealer.name(in: table, Array(peer.description.utf8))
    }
}
