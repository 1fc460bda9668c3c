import Foundation
import HTTPEdge
import Logging
import RelayAPI
import RelayServer
import Services

/// A process that runs a relay.
struct RelayRole {
    let path: String
    let port: Int
    /// Small, so that queues fill.
    let maxQueueCount: Int
    /// Where the parties reach it.
    let publicURL: String

    /// Serves until the input ends.
    func run() async throws {
        let clock = JumpingClock()
        var limits = QueueLimits()
        limits.maxMessageCount = maxQueueCount
        var configuration = RelayConfiguration()
        configuration.port = port
        configuration.publicOrigins = Set([RelayOrigin(url: publicURL)].compactMap(\.self))
        configuration.heartbeatInterval = .seconds(1)
        let unlimited = Rate(perSecond: 1_000_000, burst: 1_000_000)
        configuration.rates.registrations = unlimited
        configuration.rates.requests = unlimited
        configuration.rates.messages = unlimited
        configuration.rates.bundles = unlimited
        configuration.rates.bundlesOfTarget = unlimited
        let store = try SQLiteRelayStore(path: path, limits: limits)
        let relay = try buildRelay(
            configuration, store: store, logger: .silent, now: { clock.milliseconds },
            onRunning: { _ in say(PartyEvent.ready.line) })
        try await withThrowingTaskGroup { group in
            group.addTask { try await ServiceGroup([("relay", relay)], signals: [], logger: .silent).run() }
            group.addTask {
                for await line in Input().lines {
                    switch PartyCommand(line) {
                    case .jump(let seconds): clock.jump(seconds: seconds)
                    case .fill(let byteCount): limitFiles(toBytes: byteCount)
                    case .free: limitFiles(toBytes: nil)
                    case .send, .stop, .intrude, nil: break
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}
