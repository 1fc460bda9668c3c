import MaintenanceAPI

extension Sample.Processes {
    /// The number of processes in each top list.
    static let topCount = 10

    init?(_ reading: Reading, since previous: Reading?, _ rates: Rates, units: MachineUnits) {
        guard let table = reading.processes else { return nil }
        self.init()
        count = table.count
        onlyOwn = table.onlyOwn ? true : nil
        notLookedAt = count > HostReader.maxProcessCount ? count - HostReader.maxProcessCount : nil
        threads = reading.loadAverage?.threads.map { Int(clamping: $0) }
        startedPerSecond =
            rates.perSecond(previous?.kernelStat?.forks, reading.kernelStat?.forks)?.toHundredths
        var byCPU = TopList(capacity: Self.topCount)
        var byMemory = TopList(capacity: Self.topCount)
        var before = previous?.processes?.processes[...] ?? []
        var growths: [UInt64?] = []
        growths.reserveCapacity(table.processes.count)
        for (index, process) in table.processes.enumerated() {
            switch process.state {
            case UInt8(ascii: "R"): running += 1
            case UInt8(ascii: "D"): blocked += 1
            case UInt8(ascii: "Z"): zombies += 1
            default: break
            }
            byMemory.offer(index, weight: process.residentPages)
            // Both tables are sorted by id, so a single pass finds each process in the earlier one.
            before = before.drop { $0.pid < process.pid }
            let ticks = process.ticks(since: before.first, previous, units)
            byCPU.offer(index, weight: ticks ?? 0)
            growths.append(ticks)
        }
        let entry = { (index: Int) in
            let process = table.processes[index]
            var entry = Sample.Process(pid: process.pid, name: process.name)
            entry.residentBytes = units.bytes(pages: process.residentPages)
            if let ticks = growths[index], let seconds = rates.seconds {
                entry.cpuPercent = (100 * Double(ticks) / units.ticksPerSecond / seconds).toHundredths
            }
            return entry
        }
        topByCPU = byCPU.entries.map { entry($0.index) }
        topByMemory = byMemory.entries.map { entry($0.index) }
    }
}

extension ProcessStat {
    /// The ticks used since the previous reading; nil if it is unknown how many of them are older.
    fileprivate func ticks(
        since before: ProcessStat?, _ previous: Reading?, _ units: MachineUnits
    ) -> UInt64? {
        guard let previous else { return nil }
        if let before, before.pid == pid, before.startTick == startTick {
            return ticks >= before.ticks ? ticks - before.ticks : nil
        }
        // If the process was started since the previous reading, all its ticks are new.
        guard let uptime = previous.uptimeSeconds else { return nil }
        return Double(startTick) >= uptime * units.ticksPerSecond ? ticks : nil
    }
}

/// The heaviest of many items, by insertion into a short list: most are rejected after one comparison.
struct TopList {
    private(set) var entries: [(index: Int, weight: UInt64)] = []
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    /// Keeps `index` if it is among the heaviest so far; a weight of zero is never kept.
    mutating func offer(_ index: Int, weight: UInt64) {
        guard weight > 0, entries.count < capacity || weight > entries[capacity - 1].weight else { return }
        if entries.count == capacity { entries.removeLast() }
        let place = entries.firstIndex { $0.weight < weight } ?? entries.endIndex
        entries.insert((index, weight), at: place)
    }
}
