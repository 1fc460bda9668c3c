import MaintenanceAPI
import Values

/// What processes used over a stretch of time, by name: of one that no reading names nothing is known.
struct ProcessShares {
    /// One name, with its share of one core in percent and its memory.
    struct Share: ResultPart {
        /// A label.
        let name: String
        let meanCPUPercentOfOneCore: Double
        let peakCPUPercentOfOneCore: Double?
        let peakResidentBytes: Int64?
    }

    private struct Use {
        var sum = 0.0
        var peak: Double?
        var memory: Int64?
    }

    private var uses: [String: Use] = [:]
    private let count: Int

    /// Readings evenly spread over the stretch: where one does not name a process, that used nothing then.
    init(_ readings: [Sample]) {
        count = readings.count
        for reading in readings {
            guard let processes = reading.processes else { continue }
            for name in Set((processes.topByCPU + processes.topByMemory).map(\.name)) {
                guard let use = ProcessCourse.use(of: name, in: reading) else { continue }
                var all = uses[name] ?? Use()
                all.sum += use.cpu ?? 0
                all.peak = max(all.peak ?? 0, use.cpu ?? 0)
                all.memory = use.memory.map { max($0, all.memory ?? 0) } ?? all.memory
                uses[name] = all
            }
        }
    }

    /// Those that used most CPU on average and most memory at most, `limit` of each.
    func most(_ limit: Int, _ names: inout HostNames) -> [Share] {
        let byCPU = uses.sorted { ($0.value.sum, $1.key) > ($1.value.sum, $0.key) }.prefix(limit)
        let byMemory = uses.sorted { ($0.value.memory ?? 0, $1.key) > ($1.value.memory ?? 0, $0.key) }.prefix(
            limit)
        var told: [Share] = []
        for (name, use) in Array(byCPU) + byMemory {
            let label = names.label(name, .process)
            guard !told.contains(where: { $0.name == label }) else { continue }
            told.append(
                Share(
                    name: label, meanCPUPercentOfOneCore: (use.sum / Double(max(1, count))).figure() ?? 0,
                    peakCPUPercentOfOneCore: use.peak?.figure(), peakResidentBytes: use.memory))
        }
        return told
    }
}
