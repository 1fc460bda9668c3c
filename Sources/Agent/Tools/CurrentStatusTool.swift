import Foundation
import MaintenanceAPI
import RelayAPI

/// `get_current_status`: the newest reading.
struct CurrentStatusTool: Tool {
    let summary =
        "The newest reading of the host and what needs attention: CPU, cores, load, memory, swap, file systems, disks, network, "
        + "pressure, process counts, temperatures, uptime, kernel."

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        guard let sample = try await call.database.newestSample() else { return .noData }
        let age = Double(call.now.milliseconds - sample.takenAt) / 1000
        let unusual = try await call.database.unusualNow()
        let health = try await call.database.health()
        let result = StatusResult(sample, ageSeconds: age, unusual: unusual, health, &call.names)
        return ToolOutput(.currentStatus(result), of: sample)
    }
}
