import Database
import Foundation
import SignalProtocol

/// An open transaction on a key store: the stores of the Signal protocol, and the messages beside them.
///
/// It lives as long as the closure it was lent to.
package struct StoreTransaction {
    let database: Connection
    let sealer: RowSealer
    package let account: Account
    /// The moment of this transaction.
    package let now: Date
    let cache = RowCache()

    /// Runs `body` so that what it wrote is undone if it throws, while the transaction goes on.
    package mutating func attempt<Value>(
        _ body: (inout StoreTransaction) throws -> Value
    ) throws -> Result<Value, any Error> {
        do {
            return .success(try database.savepoint { try restoringCache(body) })
        } catch let error as DatabaseError {
            // The transaction itself is lost: there is nothing to go on with.
            throw error
        } catch {
            return .failure(error)
        }
    }
}

extension StoreTransaction {
    /// The position that the next row of a table with AUTOINCREMENT gets; its value is sealed to that position.
    func nextPosition(in table: String) throws -> Int64 {
        let last: Int64? = try database.value("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
        return (last ?? 0) + 1
    }
}

extension Date {
    /// As times stand in tables.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
