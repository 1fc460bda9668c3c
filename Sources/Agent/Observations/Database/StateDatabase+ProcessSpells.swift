import Database
import Foundation
import MaintenanceAPI
import Values

/// A stretch in which a process, or several of one name, was among those that a reading names.
struct ProcessSpell: Hashable, Sendable {
    let name: String
    /// Milliseconds since 1970, of the first and the last such reading.
    let from, to: Int64
    /// In percent of one core, with when that was.
    let cpuPeak: Double?
    let cpuPeakAt: Int64?
    let residentPeak: Int64?
}

extension StateDatabase {
    /// What ran is known for a day, and of no more than this many stretches: whoever sends readings chooses the names.
    private static let maxSpellCount: Int64 = 20_000
    /// In bytes: one character may be as long as its sender likes.
    private static let maxNameByteCount = 256
    /// No reading names more processes than this.
    private static let maxNamesPerReading = 32
    /// A process that no reading names for so long has ended, and one that is named again has begun anew.
    private static let patience = (milliseconds: 60_000.0, intervals: 3.0)

    /// Lengthens the stretches of the processes that a reading names, or begins new ones.
    static func addProcessSpells(of sample: Sample, _ database: Connection) throws {
        guard let processes = sample.processes else { return }
        let names = Set((processes.topByCPU + processes.topByMemory).map(\.name))
        let longest = max(patience.milliseconds, patience.intervals * 1000 * (sample.intervalSeconds ?? 0))
        let oldest = sample.takenAt - Int64(min(longest, 3_600_000))
        let open = try database.statement(
            "SELECT id FROM process_spells WHERE name = ? AND endedAt >= ? AND startedAt <= ? ORDER BY endedAt DESC LIMIT 1"
        )
        for name in names.sorted().prefix(maxNamesPerReading) where name.utf8.count <= maxNameByteCount {
            guard let use = ProcessCourse.use(of: name, in: sample) else { continue }
            let id: Int64? = try open.first(name, oldest, sample.takenAt) { row in try row[0] }
            if let id {
                try database.run(
                    """
                    UPDATE process_spells SET endedAt = MAX(endedAt, ?),
                        cpuPeakAt = CASE WHEN ? > COALESCE(cpuPeak, -1) THEN ? ELSE cpuPeakAt END,
                        cpuPeak = MAX(COALESCE(cpuPeak, ?), COALESCE(?, cpuPeak)),
                        residentPeak = MAX(COALESCE(residentPeak, ?), COALESCE(?, residentPeak))
                    WHERE id = ?
                    """, sample.takenAt, use.cpu, sample.takenAt, use.cpu, use.cpu, use.memory, use.memory, id
                )
            } else {
                try database.run(
                    """
                    INSERT INTO process_spells (name, startedAt, endedAt, cpuPeak, cpuPeakAt, residentPeak)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, name, sample.takenAt, sample.takenAt, use.cpu, use.cpu == nil ? nil : sample.takenAt,
                    use.memory)
                try database.run(
                    "DELETE FROM process_spells WHERE id <= last_insert_rowid() - ?", maxSpellCount)
            }
        }
    }

    /// The names of the processes that readings named since a time, those named last first.
    func processNames(since moment: Date, limit: Int) async throws -> [String] {
        try await file.read { database in
            try database.all(
                """
                SELECT name FROM process_spells WHERE endedAt >= ?
                GROUP BY name ORDER BY MAX(endedAt) DESC, name LIMIT ?
                """, moment.milliseconds, limit
            ) { row in try row[0] }
        }
    }

    /// When a process was named since a time, oldest first.
    func spells(of name: String, since moment: Date, limit: Int) async throws -> [ProcessSpell] {
        try await file.read { database in
            try database.all(
                """
                SELECT startedAt, endedAt, cpuPeak, cpuPeakAt, residentPeak FROM process_spells
                WHERE name = ? AND endedAt >= ? ORDER BY endedAt DESC LIMIT ?
                """, name, moment.milliseconds, limit
            ) { row in
                ProcessSpell(
                    name: name, from: try row[0], to: try row[1], cpuPeak: try row[2], cpuPeakAt: try row[3],
                    residentPeak: try row[4])
            }
        }.reversed()
    }
}
