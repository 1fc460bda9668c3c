import Foundation

/// Where the pages get the host's figures: the agent's state database.
package protocol StatusSource: Sendable {
    func current() async throws -> CurrentStatus

    /// Readings of a stretch of time, put together into one point per `resolution`.
    func history(from: Date, to: Date, resolution: Duration) async throws -> StatusHistory

    /// Starts the usage counters anew from this moment.
    func resetUsage(at: Date) async throws
}
