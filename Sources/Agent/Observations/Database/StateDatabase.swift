import Database
import Foundation
import MaintenanceAPI
import Values

/// What the agent knows: readings, conversations, tool calls and money, in one SQLite file.
///
/// Several processes may open it: the agent writes, the web reads and resets the usage counters.
package struct StateDatabase: Sendable {
    let file: DatabaseFile
    let now: @Sendable () -> Date
    let watch = Watch()
    let recentSamples = RecentSamples()
    let seriesHours = SeriesHours()
    /// What the pages show the usage against.
    package var dailyBudgetUSD: Decimal?
    package var room = Room()
    let readingsGrowth = Growth()
    let conversationsGrowth = Growth()

    /// - Throws: `LaterVersion` where this program is older than the file; nothing is changed then.
    package init(path: String, now: @escaping @Sendable () -> Date = { Date() }) throws {
        self.now = now
        var options = Connection.Options()
        // Another process may hold the lock while it migrates or thins.
        options.busyTimeout = .seconds(10)
        options.keepsCompanionFiles = true
        // With a limit, the log is emptied at the end: frames that stay would be replayed over a file that was put back.
        options.maxLogByteCount = 16 << 20
        file = try DatabaseFile(path, options, prepare: StateSchema.migrations.migrate)
    }
}
