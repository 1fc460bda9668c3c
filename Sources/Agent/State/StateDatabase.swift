import Database
import Foundation
import MaintenanceAPI
import RelayAPI

/// What the agent knows: readings, conversations, tool calls and money, in one SQLite file.
///
/// Several processes may open it: the agent writes, the web reads and resets the usage counters.
package struct StateDatabase: Sendable {
    let writer: DatabaseWriter
    let readers: DatabaseReaders
    let now: @Sendable () -> Date
    let watch = Watch()
    /// Another process may hold the lock while it migrates or thins.
    private static let busyTimeout = Duration.seconds(10)

    /// - Throws: `LaterVersion` where this program is older than the file; nothing is changed then.
    package init(path: String, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.now = now
        var options = Connection.Options()
        options.busyTimeout = Self.busyTimeout
        writer = try DatabaseWriter(path, options) { connection in
            guard try !Schema.migrations.isSuperseded(connection) else { throw LaterVersion() }
            try Schema.migrations.migrate(connection)
        }
        readers = try DatabaseReaders(path, busyTimeout: Self.busyTimeout)
    }
}

extension Date {
    /// Milliseconds since 1970, as all tables keep moments.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
