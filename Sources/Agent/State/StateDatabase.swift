import Foundation
import GRDB
import MaintenanceAPI
import RelayAPI

/// What the agent knows: readings, conversations, tool calls and money, in one SQLite file.
///
/// Several processes may open it: the agent writes, the web reads and resets the usage counters.
package struct StateDatabase: Sendable {
    let pool: DatabasePool
    let now: @Sendable () -> Date
    let watch = Watch()

    /// - Throws: `LaterVersion` where this program is older than the file; nothing is changed then.
    package init(path: String, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.now = now
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.label = "state"
        pool = try DatabasePool(path: path, configuration: configuration)
        guard try !pool.read(Schema.migrator.hasBeenSuperseded) else { throw LaterVersion() }
        try Schema.migrator.migrate(pool)
        // The pool lowers this to NORMAL when it opens; a reading that was acknowledged must be on the disk.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    }
}

extension Date {
    /// Milliseconds since 1970, as all tables keep moments.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
