import Foundation
import RelayAPI
import Synchronization

/// Puts together what the relay tells about itself.
final class RelayObserver: Sendable {
    private let store: any RelayStore
    private let exchange: Exchange
    private let metrics: RelayMetrics
    private let version: String
    private let newestHost = Mutex<HostMetrics?>(nil)

    init(store: any RelayStore, exchange: Exchange, metrics: RelayMetrics, version: String) {
        self.store = store
        self.exchange = exchange
        self.metrics = metrics
        self.version = version
    }

    var health: Health { Health(status: "ok", version: version, uptimeSeconds: uptime) }

    func readiness() -> Health { Health(status: "ready", version: version, uptimeSeconds: uptime) }

    func host(_ figures: HostMetrics) { newestHost.withLock { $0 = figures } }

    func diagnostics() async throws -> RelayDiagnostics {
        let totals = try await store.totals()
        let counts = metrics.now
        let process = ProcessFigures()
        let latencies = counts.latencies.map { $0 / .milliseconds(1) }.sorted()
        return RelayDiagnostics(
            version: version, uptimeSeconds: uptime, users: totals.users, devices: totals.devices,
            oneTimePreKeysLeft: totals.oneTimePreKeys, queuedMessages: totals.queuedMessages,
            queuedBytes: totals.queuedBytes, connections: exchange.connectionCount,
            acceptedTotal: counts.accepted,
            deliveredTotal: counts.delivered, ackedTotal: counts.acknowledged,
            acceptedPerSecond: metrics.acceptedPerSecond, ackLatencyP50Milliseconds: latencies.quantile(0.5),
            ackLatencyP99Milliseconds: latencies.quantile(0.99), residentBytes: process.residentBytes,
            cpuSeconds: process.cpuSeconds, openFileDescriptors: process.openFileDescriptors,
            host: newestHost.withLock { $0 })
    }

    /// The text format 0.0.4 of Prometheus.
    func exposition() async throws -> String {
        let figures = try await diagnostics()
        var text = PrometheusText()
        text.gauge("sysmaint_relay_users", "Registered identities.", Double(figures.users))
        text.gauge("sysmaint_relay_devices", "Registered devices.", Double(figures.devices))
        text.gauge(
            "sysmaint_relay_one_time_prekeys", "One-time prekeys left.", Double(figures.oneTimePreKeysLeft))
        text.gauge("sysmaint_relay_queued_messages", "Messages that wait.", Double(figures.queuedMessages))
        text.gauge("sysmaint_relay_queued_bytes", "Bytes that wait.", Double(figures.queuedBytes))
        text.gauge("sysmaint_relay_connections", "Open sockets.", Double(figures.connections))
        text.counter("sysmaint_relay_accepted_total", "Messages accepted.", Double(figures.acceptedTotal))
        text.counter(
            "sysmaint_relay_delivered_total", "Messages sent to devices.", Double(figures.deliveredTotal))
        text.counter("sysmaint_relay_acked_total", "Messages acknowledged.", Double(figures.ackedTotal))
        text.counter("sysmaint_relay_expired_total", "Messages that expired.", Double(metrics.now.expired))
        text.gauge("process_resident_memory_bytes", "Resident memory.", Double(figures.residentBytes))
        text.counter("process_cpu_seconds_total", "CPU time.", figures.cpuSeconds)
        text.gauge("process_open_fds", "Open file descriptors.", Double(figures.openFileDescriptors))
        return text.text
    }

    private var uptime: Double { metrics.startedAt.duration(to: .now) / .seconds(1) }
}

/// Lines of the Prometheus text format.
private struct PrometheusText {
    private(set) var text = ""

    mutating func gauge(_ name: String, _ help: String, _ value: Double) { add("gauge", name, help, value) }
    mutating func counter(_ name: String, _ help: String, _ value: Double) {
        add("counter", name, help, value)
    }

    private mutating func add(_ type: String, _ name: String, _ help: String, _ value: Double) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value)\n"
    }
}

extension [Double] {
    /// Of sorted values; absent where there are none.
    fileprivate func quantile(_ share: Double) -> Double? {
        isEmpty ? nil : self[Swift.min(count - 1, Int(Double(count) * share))]
    }
}
