import Foundation
import MaintenanceAPI
import Values

/// How processes were in a few readings before the newest one.
///
/// A stored reading names only the few processes that used most: what is not among them is not known.
struct ProcessCourse {
    /// What is known of one process.
    struct Part: ResultPart {
        let firstSeenUTC: String
        let firstCPUPercentOfOneCore: Double?
        let firstResidentBytes: Int64?
        let residentBytesPerHour: Double?
        /// How much larger it is now than when it was first seen.
        let grownBytes: Int64?
        /// Since when it is among those that are named and uses at least half as much CPU as now.
        let busySinceUTC: String
        let busySinceAgeSeconds: Double
        /// True where it was so in the oldest reading that was looked at.
        let mayBeBusyForLonger: Bool?
        /// Milliseconds since 1970.
        let firstSeen, busySince: Int64

        private enum CodingKeys: CodingKey {
            case firstSeenUTC, firstCPUPercentOfOneCore, firstResidentBytes, residentBytesPerHour, grownBytes,
                busySinceUTC,
                busySinceAgeSeconds, mayBeBusyForLonger
        }
    }

    /// From the oldest on, the newest last.
    private let readings: [Sample]
    private let now: Date

    /// How many readings are looked at: each has to be decoded.
    private static let readingCount = 16
    private static let refinements = 4

    init(minutes: Int, to newest: Sample, now: Date, _ database: StateDatabase) async throws {
        var readings = [newest]
        // No further back than there are readings.
        let start = newest.takenAt - Int64(minutes) * 60_000
        let first = try await database.sample(after: Date(milliseconds: start))?.takenAt ?? start
        let step = max(1, (newest.takenAt - max(start, first)) / Int64(Self.readingCount))
        for index in 1...Self.readingCount {
            let moment = Date(milliseconds: newest.takenAt - step * Int64(index))
            guard let sample = try await database.sample(before: moment), sample.takenAt < readings[0].takenAt
            else {
                continue
            }
            readings.insert(sample, at: 0)
        }
        // Where the greatest user began to use as much, as exactly as readings tell.
        if let name = newest.processes?.topByCPU.first?.name {
            for _ in 0..<Self.refinements {
                guard let start = Self.start(of: name, in: readings), start > 0 else { break }
                let (before, after) = (readings[start - 1].takenAt, readings[start].takenAt)
                let middle = Date(milliseconds: before + (after - before) / 2)
                guard let sample = try await database.sample(before: middle), sample.takenAt > before,
                    sample.takenAt < after
                else { break }
                readings.insert(sample, at: start)
            }
        }
        (self.readings, self.now) = (readings, now)
    }

    /// What is known of a process, of which the result has a label.
    func of(_ process: TopProcessesResult.Process, _ names: HostNames) -> Part? {
        guard let name = names.name(of: process.name),
            let first = readings.firstIndex(where: { Self.use(of: name, in: $0) != nil }),
            let use = Self.use(of: name, in: readings[first]), let start = Self.start(of: name, in: readings)
        else { return nil }
        let hours = Double(readings[readings.count - 1].takenAt - readings[first].takenAt) / 3_600_000
        let growth = process.residentBytes.flatMap { size in
            use.memory.flatMap { hours >= 0.1 ? (Double(size) - Double($0)) / hours : nil }
        }
        return Part(
            firstSeenUTC: utcText(readings[first].takenAt), firstCPUPercentOfOneCore: use.cpu?.figure(),
            firstResidentBytes: use.memory, residentBytesPerHour: growth?.rounded(),
            grownBytes: process.residentBytes.flatMap { size in use.memory.map { size - $0 } },
            busySinceUTC: utcText(readings[start].takenAt),
            busySinceAgeSeconds: max(0, now.timeIntervalSince1970 - Double(readings[start].takenAt) / 1000)
                .rounded(),
            mayBeBusyForLonger: start == 0 ? true : nil,
            firstSeen: readings[first].takenAt, busySince: readings[start].takenAt)
    }

    static func use(of name: String, in sample: Sample) -> (cpu: Double?, memory: Int64?)? {
        guard let processes = sample.processes else { return nil }
        let cpu = processes.topByCPU.filter { $0.name == name }
        let memory = processes.topByMemory.filter { $0.name == name }
        guard !cpu.isEmpty || !memory.isEmpty else { return nil }
        let (shares, sizes) = (
            (cpu.isEmpty ? memory : cpu).compactMap(\.cpuPercent),
            (memory.isEmpty ? cpu : memory).compactMap(\.residentBytes)
        )
        return (
            shares.isEmpty ? nil : shares.reduce(0, +), sizes.isEmpty ? nil : sizes.reduce(0, +)
        )
    }

    /// The first reading of those up to now in which it uses at least half as much as now.
    private static func start(of name: String, in readings: [Sample]) -> Int? {
        guard let newest = readings.last, let now = use(of: name, in: newest) else { return nil }
        let run = readings.reversed().prefix { sample in
            use(of: name, in: sample).map { ($0.cpu ?? 0) >= 0.5 * (now.cpu ?? 0) } ?? false
        }
        return run.isEmpty ? nil : readings.count - run.count
    }
}
