import Foundation
import MaintenanceAPI
import Values

/// `get_top_processes`: who uses most.
struct TopProcessesTool: Tool {
    let summary =
        "The processes that use most CPU and most memory in the newest reading, or in the one at a moment of the last day. Names are labels."
    let parameters = [Self.limit, Self.back]

    private static let back = ToolParameter("minutes_ago", "How long ago; 0 is now.", 0...1440, usual: 0)
    private static let limit = ToolParameter("limit", "How many of each.", 1...10, usual: 5)

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let limit = try call.arguments.value(Self.limit)
        let back = try call.arguments.value(Self.back)
        let moment = call.now.addingTimeInterval(-Double(back) * 60)
        let sample =
            back == 0
            ? try await call.database.newestSample() : try await call.database.sample(before: moment)
        guard let sample, let processes = sample.processes else { return .noData }
        func list(_ top: [Sample.Process], by size: (TopProcessesResult.Process) -> Double)
            -> [TopProcessesResult.Process]
        {
            let groups = Dictionary(grouping: top) { $0.name }
            let all = top.reduce(into: [String]()) { if !$0.contains($1.name) { $0.append($1.name) } }
                .map { TopProcessesResult.Process(groups[$0] ?? [], name: call.names.label($0, .process)) }
            return Array(all.sorted { size($0) > size($1) }.prefix(limit))
        }
        return ToolOutput(
            .topProcesses(
                TopProcessesResult(
                    takenAtUTC: utcText(sample.takenAt), takenAt: sample.takenAt, isPast: back > 0,
                    minutesAgo: back == 0 ? nil : back,
                    byCPU: list(processes.topByCPU) { $0.cpuPercentOfOneCore ?? 0 },
                    byMemory: list(processes.topByMemory) { Double($0.residentBytes ?? 0) },
                    processCount: processes.count, processesNotLookedAt: processes.notLookedAt,
                    unexplainedCPUPercent: Self.unexplained(sample, processes),
                    coreCount: sample.host.coreCount)),
            of: sample)
    }

    /// The share of the CPU that none of the listed processes explains: short-lived ones, or many small ones.
    private static func unexplained(_ sample: Sample, _ processes: Sample.Processes) -> Double? {
        guard let busy = sample.cpu?.all.busyPercent, let cores = sample.host.coreCount, cores > 0,
            !processes.topByCPU.isEmpty
        else { return nil }
        let listed = processes.topByCPU.reduce(0) { $0 + ($1.cpuPercent ?? 0) } / Double(cores)
        return max(0, busy - listed).figure()
    }
}

struct TopProcessesResult: ResultPart {
    let takenAtUTC: String
    /// Milliseconds since 1970.
    let takenAt: Int64
    let isPast: Bool
    let minutesAgo: Int?
    let byCPU, byMemory: [Process]
    let processCount: Int
    let processesNotLookedAt: Int?
    let unexplainedCPUPercent: Double?
    let coreCount: Int?

    private enum CodingKeys: CodingKey {
        case takenAtUTC, minutesAgo, byCPU, byMemory, processCount, processesNotLookedAt,
            unexplainedCPUPercent
        case coreCount
    }

    /// All listed processes of one name together.
    struct Process: ResultPart {
        let name: String
        let pid: Int32
        /// Nil where it is one.
        let count: Int?
        let cpuPercentOfOneCore: Double?
        let residentBytes: Int64?

        init(_ processes: [Sample.Process], name: String) {
            self.name = name
            pid = processes.first?.pid ?? 0
            count = processes.count > 1 ? processes.count : nil
            let shares = processes.compactMap(\.cpuPercent)
            cpuPercentOfOneCore = shares.isEmpty ? nil : shares.reduce(0, +).figure()
            let sizes = processes.compactMap(\.residentBytes)
            residentBytes = sizes.isEmpty ? nil : sizes.reduce(0, +)
        }
    }
}
