import Database
import Foundation

/// An open transaction on a key store, table by table.
///
/// It lives as long as the closure it was lent to.
package struct Transaction {
    let scope: Scope
    package var outbox: Outbox
    package var inbox: Inbox
    package var history: History
    package var heldMessages: HeldMessages
    package var seenMessages: SeenMessages
    package var peers: Peers
    package var sessions: Sessions
    package var preKeys: PreKeys
    package var incidents: Incidents
    package var settings: Settings

    init(
        database: Connection, sealer: RowSealer, account: Account, quota: MessageQuota = MessageQuota(),
        now: Date
    ) {
        scope = Scope(database: database, sealer: sealer, account: account, quota: quota, now: now)
        outbox = Outbox(scope: scope)
        inbox = Inbox(scope: scope)
        history = History(scope: scope)
        heldMessages = HeldMessages(scope: scope)
        seenMessages = SeenMessages(scope: scope)
        peers = Peers(scope: scope)
        sessions = Sessions(scope: scope)
        preKeys = PreKeys(scope: scope)
        incidents = Incidents(scope: scope)
        settings = Settings(scope: scope)
    }

    /// Whose store it is.
    package var account: Account { scope.account }
    /// The time of this transaction.
    package var now: Date { scope.now }

    /// Runs `body` so that what it wrote is undone if it throws, while the transaction goes on.
    package mutating func attempt<Value>(
        _ body: (inout Transaction) throws -> Value
    ) throws -> Result<Value, any Error> {
        do {
            return .success(try scope.database.savepoint { try restoringRows(body) })
        } catch let error as DatabaseError {
            // The transaction itself is lost: there is nothing to go on with.
            throw error
        } catch {
            return .failure(error)
        }
    }

    /// Runs `body`; if it throws, what is kept in memory is what it was before.
    mutating func restoringRows<Value>(_ body: (inout Transaction) throws -> Value) throws -> Value {
        let rows = scope.rows
        do { return try body(&self) } catch {
            scope.rows = rows
            throw error
        }
    }

    /// Counts a step if sessions were changed or ids of prekeys taken: what must never be done a second time.
    ///
    /// - Returns: The step; nil if nothing of that kind was done.
    func advance() throws -> Int64? {
        guard scope.rows.hasTakenIDs || scope.rows.sessions.values.contains(where: \.isChanged) else {
            return nil
        }
        return try scope.database.value("UPDATE step SET value = value + 1 RETURNING value")
    }

    /// Writes the rows that were changed in memory.
    func flush() throws {
        try sessions.flush()
        try peers.flush()
    }
}
