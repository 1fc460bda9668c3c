import Foundation
import MaintenanceAPI
import Values

/// `get_top_processes`: who uses most.
struct TopProcessesTool: Tool {
    let summary =
        "The processes that use most CPU and most memory in the newest reading, or in the one at a moment of the last day. Names are labels."
    let parameters = [Self.limit, Self.back, Self.course, Self.together, Self.seen, Self.within]

    private static let back = ToolParameter("minutes_ago", "How long ago; 0 is now.", 0.0...1440, usual: 0)
    private static let course = ToolParameter(
        "history_minutes", "Also how the listed ones were so long before, and since when they use as much.",
        0...1440,
        usual: 0)
    private static let together = ToolParameter(
        label: "together", "Labels, with commas: what these use in sum.")
    private static let seen = ToolParameter(
        label: "seen", "Labels, with commas: when these were listed in the last day, and their peaks.")
    private static let within = ToolParameter(
        "within_minutes", "Also what processes used over so many minutes before.", 0...1440, usual: 0)
    /// No more stretches of one process are told.
    private static let maxSpellCount = 8
    /// Each has to be decoded.
    private static let maxSharesReadings = 60
    private static let limit = ToolParameter("limit", "How many of each.", 1...10, usual: 5)

    func call(_ call: inout ToolCall) async throws -> ToolOutput {
        let limit = try call.arguments.value(Self.limit)
        let back = try call.arguments.decimal(Self.back)
        let moment = call.now.addingTimeInterval(-back * 60)
        let sample =
            back == 0
            ? try await call.database.newestSample() : try await call.database.sample(at: moment)
        guard let sample, let processes = sample.processes else { return .noData }
        func list(_ top: [Sample.Process], by size: (TopProcessesResult.Process) -> Double)
            -> [TopProcessesResult.Process]
        {
            let groups = Dictionary(grouping: top) { $0.name }
            let all = top.reduce(into: [String]()) { if !$0.contains($1.name) { $0.append($1.name) } }
                .map {
                    TopProcessesResult.Process(
                        groups[$0] ?? [], name: call.names.label($0, .process),
                        memory: sample.memory?.totalBytes)
                }
            return Array(all.sorted { size($0) > size($1) }.prefix(limit))
        }
        var (byCPU, byMemory) = (
            list(processes.topByCPU) { $0.cpuPercentOfOneCore ?? 0 },
            list(processes.topByMemory) { Double($0.residentBytes ?? 0) }
        )
        let minutes = try call.arguments.value(Self.course)
        if minutes > 0 {
            let course = try await ProcessCourse(
                minutes: minutes, to: sample, now: call.now, call.database)
            for index in byCPU.indices { byCPU[index].course = course.of(byCPU[index], call.names) }
            for index in byMemory.indices { byMemory[index].course = course.of(byMemory[index], call.names) }
        }
        let seen = try call.arguments.names(Self.seen, call.names)
        var spells: [ProcessSpell] = []
        for name in Set(seen).sorted().prefix(Mention.maxCount) {
            spells += try await call.database.spells(
                of: name, since: call.now.addingTimeInterval(-86_400), limit: Self.maxSpellCount)
        }
        let within = try call.arguments.value(Self.within)
        let shares =
            within == 0
            ? nil
            : ProcessShares(
                try await call.database.readings(over: within, to: moment, limit: Self.maxSharesReadings))
        let summed = try call.arguments.names(Self.together, call.names)
        return ToolOutput(
            .topProcesses(
                TopProcessesResult(
                    takenAtUTC: utcText(sample.takenAt),
                    ageSeconds: max(0, call.now.timeIntervalSince1970 - Double(sample.takenAt) / 1000)
                        .rounded(),
                    takenAt: sample.takenAt, isPast: back > 0,
                    minutesAgo: back == 0 ? nil : back,
                    byCPU: byCPU, byMemory: byMemory,
                    processCount: processes.count, processesNotLookedAt: processes.notLookedAt,
                    unexplainedCPUPercent: Self.unexplained(sample, processes),
                    coreCount: sample.host.coreCount,
                    together: summed.isEmpty ? nil : .init(processes, named: summed),
                    spells: seen.isEmpty
                        ? nil : spells.map { TopProcessesResult.Spell($0, now: call.now, &call.names) },
                    withinMinutes: within == 0 ? nil : within, within: shares?.most(limit, &call.names))),
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
    let ageSeconds: Double
    /// Milliseconds since 1970.
    let takenAt: Int64
    let isPast: Bool
    let minutesAgo: Double?
    let byCPU, byMemory: [Process]
    let processCount: Int
    let processesNotLookedAt: Int?
    let unexplainedCPUPercent: Double?
    let coreCount: Int?
    let together: Together?
    /// Of one process, the oldest first; nil where none was asked for.
    let spells: [Spell]?
    /// Over how long processes are told, and which; nil where that was not asked for.
    let withinMinutes: Int?
    let within: [ProcessShares.Share]?

    /// Whether it is no longer how things are.
    func isOld(_ now: Date) -> Bool {
        !isPast && now.timeIntervalSince1970 - Double(takenAt) / 1000 > HealthRule.silence.seconds * 3
    }

    private enum CodingKeys: CodingKey {
        case takenAtUTC, ageSeconds, minutesAgo, byCPU, byMemory, processCount, processesNotLookedAt,
            unexplainedCPUPercent
        case coreCount, together, spells, withinMinutes, within
    }

    /// A stretch in which the readings named a process.
    struct Spell: ResultPart {
        /// A label.
        let name: String
        let fromUTC, toUTC: String
        let seconds, fromAgeSeconds, toAgeSeconds: Double
        let peakCPUPercentOfOneCore: Double?
        let peakCPUAtUTC: String?
        let peakCPUAgeSeconds: Double?
        let peakResidentBytes: Int64?
        /// Milliseconds since 1970.
        let from, to: Int64
        let peakCPUAt: Int64?

        private enum CodingKeys: CodingKey {
            case name, fromUTC, toUTC, seconds, fromAgeSeconds, toAgeSeconds, peakCPUPercentOfOneCore,
                peakCPUAtUTC, peakCPUAgeSeconds, peakResidentBytes
        }

        init(_ spell: ProcessSpell, now: Date, _ names: inout HostNames) {
            func age(_ at: Int64) -> Double {
                max(0, now.timeIntervalSince1970 - Double(at) / 1000).rounded()
            }
            name = names.label(spell.name, .process)
            (from, to, peakCPUAt) = (spell.from, spell.to, spell.cpuPeakAt)
            (fromUTC, toUTC) = (utcText(spell.from), utcText(spell.to))
            seconds = (Double(spell.to - spell.from) / 1000).rounded()
            (fromAgeSeconds, toAgeSeconds) = (age(spell.from), age(spell.to))
            peakCPUPercentOfOneCore = spell.cpuPeak?.figure()
            peakCPUAtUTC = spell.cpuPeakAt.map { utcText($0) }
            peakCPUAgeSeconds = spell.cpuPeakAt.map(age)
            peakResidentBytes = spell.residentPeak
        }
    }

    /// All listed processes of one name together.
    struct Process: ResultPart {
        let name: String
        let pid: Int32
        /// Nil where it is one.
        let count: Int?
        let cpuPercentOfOneCore: Double?
        let residentBytes: Int64?
        /// Its share of all memory.
        let memoryPercent: Double?
        var course: ProcessCourse.Part?

        init(_ processes: [Sample.Process], name: String, memory: Int64?) {
            self.name = name
            pid = processes.first?.pid ?? 0
            count = processes.count > 1 ? processes.count : nil
            let shares = processes.compactMap(\.cpuPercent)
            cpuPercentOfOneCore = shares.isEmpty ? nil : shares.reduce(0, +).figure()
            let sizes = processes.compactMap(\.residentBytes)
            let size = sizes.isEmpty ? nil : sizes.reduce(0, +)
            residentBytes = size
            memoryPercent = size.flatMap { size in
                memory.flatMap { $0 > 0 ? (Double(size) / Double($0) * 100).figure() : nil }
            }
        }
    }

    /// What processes of several names use in sum, as far as the reading lists them.
    struct Together: ResultPart {
        let cpuPercentOfOneCore: Double?
        let residentBytes: Int64?

        init(_ processes: Sample.Processes, named names: [String]) {
            let shares = processes.topByCPU.filter { names.contains($0.name) }.compactMap(\.cpuPercent)
            let sizes = processes.topByMemory.filter { names.contains($0.name) }.compactMap(\.residentBytes)
            cpuPercentOfOneCore = shares.isEmpty ? nil : shares.reduce(0, +).figure()
            residentBytes = sizes.isEmpty ? nil : sizes.reduce(0, +)
        }
    }
}
