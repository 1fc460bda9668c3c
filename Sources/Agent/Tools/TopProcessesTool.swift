import MaintenanceAPI

/// `get_top_processes`: who uses most.
struct TopProcessesTool: Tool {
    let definition = ToolDefinition(
        .topProcesses,
        "The processes that use most CPU and most memory in the newest reading. Names are labels.",
        [("limit", "How many of each.", 1...10, 5)])

    func call(_ arguments: ToolArguments, _ state: ToolState, names: inout HostNames) async throws
        -> ToolOutput
    {
        try arguments.check(only: ["limit"])
        let limit = try arguments.integer("limit", in: 1...10, default: 5)
        guard let sample = try await state.database.newestSample(), let processes = sample.processes else {
            return .noData
        }
        func list(_ top: [Sample.Process]) -> [TopProcessesResult.Process] {
            top.prefix(limit).map { .init($0, name: names.label($0.name, .process)) }
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
