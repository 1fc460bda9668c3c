/// What `GET /health` answers.
package struct Health: Hashable, Sendable, Codable {
    package let status: String
    package let version: String
    package let uptimeSeconds: Double

    package init(status: String, version: String, uptimeSeconds: Double) {
        self.status = status
        self.version = version
        self.uptimeSeconds = uptimeSeconds
    }
}

/// What `GET /diagnostics` answers about the relay itself.
package struct RelayDiagnostics: Hashable, Sendable, Codable {
    package var version: String
    package var uptimeSeconds: Double
    package var users: Int
    package var devices: Int
    package var oneTimePreKeysLeft: Int
    package var queuedMessages: Int
    package var queuedBytes: Int
    package var connections: Int
    package var acceptedTotal: Int
    package var deliveredTotal: Int
    package var ackedTotal: Int
    /// Messages accepted per second over the last minute.
    package var acceptedPerSecond: Double
    /// From the first delivery attempt to its acknowledgement, over the last 1,000.
    package var ackLatencyP50Milliseconds: Double?
    package var ackLatencyP99Milliseconds: Double?
    package var residentBytes: Int
    package var cpuSeconds: Double
    package var openFileDescriptors: Int
    /// The newest host metrics posted to `/diagnostics/metrics`.
    package var host: HostMetrics?

    package init(
        version: String, uptimeSeconds: Double, users: Int, devices: Int, oneTimePreKeysLeft: Int,
        queuedMessages: Int,
        queuedBytes: Int, connections: Int, acceptedTotal: Int, deliveredTotal: Int, ackedTotal: Int,
        acceptedPerSecond: Double, ackLatencyP50Milliseconds: Double?, ackLatencyP99Milliseconds: Double?,
        residentBytes: Int, cpuSeconds: Double, openFileDescriptors: Int, host: HostMetrics?
    ) {
        self.version = version
        self.uptimeSeconds = uptimeSeconds
        self.users = users
        self.devices = devices
        self.oneTimePreKeysLeft = oneTimePreKeysLeft
        self.queuedMessages = queuedMessages
        self.queuedBytes = queuedBytes
        self.connections = connections
        self.acceptedTotal = acceptedTotal
        self.deliveredTotal = deliveredTotal
        self.ackedTotal = ackedTotal
        self.acceptedPerSecond = acceptedPerSecond
        self.ackLatencyP50Milliseconds = ackLatencyP50Milliseconds
        self.ackLatencyP99Milliseconds = ackLatencyP99Milliseconds
        self.residentBytes = residentBytes
        self.cpuSeconds = cpuSeconds
        self.openFileDescriptors = openFileDescriptors
        self.host = host
    }
}

/// The body of `POST /diagnostics/metrics`: figures of the relay's own host, from the diagnostics worker.
package struct HostMetrics: Hashable, Sendable, Codable {
    /// Milliseconds since 1970.
    package let timestamp: Int64
    package let cpuPercent: Double?
    package let load1: Double?
    package let memoryUsedBytes: Int64?
    package let memoryTotalBytes: Int64?
    package let diskUsedPercent: Double?

    package init(
        timestamp: Int64, cpuPercent: Double?, load1: Double?, memoryUsedBytes: Int64?,
        memoryTotalBytes: Int64?,
        diskUsedPercent: Double?
    ) {
        self.timestamp = timestamp
        self.cpuPercent = cpuPercent
        self.load1 = load1
        self.memoryUsedBytes = memoryUsedBytes
        self.memoryTotalBytes = memoryTotalBytes
        self.diskUsedPercent = diskUsedPercent
    }
}
