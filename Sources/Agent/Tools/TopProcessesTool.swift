import MaintenanceAPI

/// `get_top_processes`: who uses most.
struct TopProcessesTool: Tool {
    let summary =
        "The processes that use most CPU and most memory in the newest reading. Names are labels."
    let parameters = [Self.limit]

    private static let limit = ToolParameter("limit", "How many of each.", 1...10, usual: 5)

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let limit = try call.arguments.value(Self.limit)
        guard let sample = try await call.database.newestSample(), let processes = sample.processes else {
            return .noData
        }
        func list(_ top: [Sample.Process]) -> [TopProcessesResult.Process] {
            top.prefix(limit).map { .init($0, name: call.names.label($0.name, .process)) }
        }
        return ToolOutput(
            .topProcesses(
                TopProcessesResult(
                    takenAtUTC: utcText(sample.takenAt), byCPU: list(processes.topByCPU),
                    byMemory: list(processes.topByMemory), processCount: processes.count,
                    processesNotLookedAt: processes.notLookedAt)), of: sample)
    }
}

struct TopProcessesResult: ResultPart {
    let takenAtUTC: String
    let byCPU, byMemory: [Process]
    let processCount: Int
    let processesNotLookedAt: Int?

    struct Process: ResultPart {
        let name: String
        let pid: Int32
        let cpuPercentOfOneCore: Double?
        let residentBytes: Int64?

        init(_ process: Sample.Process, name: String) {
            self.name = name
            pid = process.pid
            cpuPercentOfOneCore = process.cpuPercent?.figure()
            residentBytes = process.residentBytes
        }
    }
}
