import Foundation
import RelayAPI
import Synchronization

/// Collects what the relay reports about itself.
final class RelayObserver: Sendable {
    private let store: SQLiteRelayStore
    private let exchange: MessageExchange
    private let metrics: RelayMetrics
    private let load: LoadGauge
    private let damage: DamageWatch
    private let version: String
    private let newestHost = Mutex<HostMetrics?>(nil)
    /// What takes reading tables and `/proc`.
    private let figures: Cached<(totals: StoreTotals, process: ProcessFigures)>

    /// Anybody may ask for diagnostics: the costly figures are at most `lifetime` old.
    init(
        store: SQLiteRelayStore, exchange: MessageExchange, metrics: RelayMetrics, load: LoadGauge,
        damage: DamageWatch, version: String,
        figuresLifetime lifetime: Duration
    ) {
        figures = Cached(for: lifetime) { (try await store.totals(), ProcessFigures()) }
        self.store = store
        self.exchange = exchange
        self.metrics = metrics
        self.load = load
        self.damage = damage
        self.version = version
    }

    /// Alive in any case; degraded if less is accepted than usual, or something may be lost.
    var health: Health {
        let problem = damage.explanation ?? load.reading.explanation
        return Health(
            status: problem == nil ? "ok" : "degraded", version: version, uptimeSeconds: uptime,
            problem: problem)
    }

    /// Checks that messages can be stored.
    ///
    /// - Throws: `Problem`.
    func readiness() async throws -> Health {
        do {
            try await store.checkWritable()
        } catch {
            throw Problem(
                status: 503, code: .unavailable, title: "the relay is not ready",
                detail: "Its database does not accept writes; check the disk and the log.", retryAfter: 5)
        }
        guard load.reading.load < .critical else { throw Problem.overloaded }
        return Health(status: "ready", version: version, uptimeSeconds: uptime)
    }

    func host(_ figures: HostMetrics) { newestHost.withLock { $0 = figures } }

    func diagnostics() async throws -> RelayDiagnostics {
        let (totals, process) = try await figures.value
        let counts = metrics.now
        let latencies = counts.latencies.map { $0 * 1000 }.sorted()
        var diagnostics = RelayDiagnostics(
            version: version, uptimeSeconds: uptime, users: totals.users, devices: totals.devices,
            oneTimePreKeysLeft: totals.oneTimePreKeys, queuedMessages: totals.queuedMessages,
            queuedBytes: totals.queuedBytes, connections: exchange.connectionCount,
            acceptedTotal: counts.accepted, deliveredTotal: counts.delivered, ackedTotal: counts.acknowledged,
            acceptedPerSecond: metrics.acceptedPerSecond, ackLatencyP50Milliseconds: latencies.quantile(0.5),
            ackLatencyP99Milliseconds: latencies.quantile(0.99), residentBytes: process.residentBytes,
            cpuSeconds: process.cpuSeconds, openFileDescriptors: process.openFileDescriptors,
            host: newestHost.withLock { $0 })
        diagnostics.expiredTotal = counts.expired
        diagnostics.shedTotal = counts.shed
        diagnostics.setAsideMessages = totals.setAsideMessages
        diagnostics.writeAheadLogBytes = store.figures.logBytes
        diagnostics.freeDiskBytes = load.reading.freeDiskBytes
        return diagnostics
    }

    /// The metrics in the Prometheus text format 0.0.4.
    func exposition() async throws -> String {
        let figures = try await diagnostics()
        let counts = metrics.now
        let stored = store.figures
        var text = PrometheusText()
        text.gauge("sysmaint_relay_users", "Registered identities.", Double(figures.users))
        text.gauge("sysmaint_relay_devices", "Registered devices.", Double(figures.devices))
        text.gauge(
            "sysmaint_relay_one_time_prekeys", "One-time prekeys left.", Double(figures.oneTimePreKeysLeft))
        text.gauge("sysmaint_relay_queued_messages", "Messages that wait.", Double(figures.queuedMessages))
        text.gauge("sysmaint_relay_queued_bytes", "Bytes that wait.", Double(figures.queuedBytes))
        text.gauge(
            "sysmaint_relay_set_aside_messages", "Messages over which sockets keep breaking.",
            Double(figures.setAsideMessages ?? 0))
        text.gauge("sysmaint_relay_connections", "Open sockets.", Double(figures.connections))
        text.counter("sysmaint_relay_connections_total", "Sockets opened.", Double(counts.connections))
        text.counter("sysmaint_relay_accepted_total", "Messages accepted.", Double(counts.accepted))
        text.counter("sysmaint_relay_delivered_total", "Messages sent to devices.", Double(counts.delivered))
        text.counter("sysmaint_relay_acked_total", "Messages acknowledged.", Double(counts.acknowledged))
        text.counter("sysmaint_relay_expired_total", "Messages that expired.", Double(counts.expired))
        text.counter(
            "sysmaint_relay_shed_total", "Messages and registrations refused for lack of disk or memory.",
            Double(counts.shed))
        text.histogram(
            "sysmaint_relay_ack_latency_seconds", "From sending a message to its acknowledgement.",
            counts.ackLatency)
        text.histogram("sysmaint_relay_commit_batch_writes", "Writes per commit.", stored.batchSizes)
        text.counter(
            "sysmaint_relay_failed_commits_total", "Commits that failed.", Double(stored.failedBatches))
        text.gauge("sysmaint_relay_wal_bytes", "Size of the write-ahead log.", Double(stored.logBytes))
        text.gauge(
            "sysmaint_relay_database_problems", "Signs of damage to the database, as last checked.",
            Double(damage.count))
        text.gauge(
            "sysmaint_relay_load", "0 normal, 1 high, 2 severe, 3 critical.",
            Double(load.reading.load.rawValue))
        if let free = figures.freeDiskBytes {
            text.gauge("sysmaint_relay_free_disk_bytes", "Free bytes where the database is.", Double(free))
        }
        text.gauge("process_resident_memory_bytes", "Resident memory.", Double(figures.residentBytes))
        text.counter("process_cpu_seconds_total", "CPU time.", figures.cpuSeconds)
        text.gauge("process_open_fds", "Open file descriptors.", Double(figures.openFileDescriptors))
        return text.text
    }

    private var uptime: Double { metrics.startedAt.duration(to: .now).seconds }
}

extension [Double] {
    /// A quantile of sorted values; nil if there are none.
    fileprivate func quantile(_ share: Double) -> Double? {
        isEmpty ? nil : self[Swift.min(count - 1, Int(Double(count) * share))]
    }
}
