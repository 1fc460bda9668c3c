import Foundation

/// The source of the host's metrics for the pages: the agent's state database.
package protocol StatusSource: Sendable {
    func current() async throws -> CurrentStatus

    /// The samples of a time range, summarized into one point per `resolution`.
    func history(from: Date, to: Date, resolution: Duration) async throws -> StatusHistory

    /// Resets the usage counters as of this time.
    func resetUsage(at: Date) async throws
}
