import MaintenanceAPI
import RelayAPI

/// `get_relay_diagnostics`: the relay's figures as the probe saw them.
struct RelayDiagnosticsTool: Tool {
    let summary =
        "The message relay in the newest reading: queued messages, connections, rates, latency, memory."

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        guard let sample = try await call.database.newestSample(), let relay = sample.relay else {
            return .noData
        }
        return ToolOutput(.relayDiagnostics(RelayResult(relay, takenAt: sample.takenAt)), of: sample)
    }
}

struct RelayResult: ResultPart {
    let takenAtUTC: String
    let uptimeSeconds: Double?
    let users, devices, connections, queuedMessages, queuedBytes, acceptedTotal: Int
    let acceptedPerSecond: Double?
    let ackLatencyP50Ms, ackLatencyP99Ms: Double?
    let oneTimePrekeysLeft, residentBytes: Int

    init(_ relay: RelayDiagnostics, takenAt: Int64) {
        takenAtUTC = utcText(takenAt)
        uptimeSeconds = relay.uptimeSeconds.figure(0)
        users = relay.users
        devices = relay.devices
        connections = relay.connections
        queuedMessages = relay.queuedMessages
        queuedBytes = relay.queuedBytes
        acceptedTotal = relay.acceptedTotal
        acceptedPerSecond = relay.acceptedPerSecond.figure(2)
        ackLatencyP50Ms = relay.ackLatencyP50Milliseconds?.figure()
        ackLatencyP99Ms = relay.ackLatencyP99Milliseconds?.figure()
        oneTimePrekeysLeft = relay.oneTimePreKeysLeft
        residentBytes = relay.residentBytes
    }
}
