import Database
import Foundation
import MaintenanceAPI
import Values

/// How busy each core was, aggregated like the other series; one row holds all cores.
extension StateDatabase {
    /// More are not kept: no machine has as many, but a probe that was taken over says what it likes.
    static let maxCores = 4096

    static func addCores(of sample: Sample, to tier: Tier, _ database: Connection) throws {
        guard let cores = sample.cpu?.cores.prefix(maxCores), !cores.isEmpty else { return }
        let start = sample.takenAt - sample.takenAt % tier.milliseconds
        let earlier = try database.first(
            "SELECT count, sums FROM core_tiers WHERE tier = ? AND at = ?", tier.rawValue, start
        ) { row in try CoreSums(row) }
        var busy = CoreSums(count: 1, sums: cores.map { Float($0.busyPercent) })
        if let earlier { busy.add(earlier) }
        try database.run(
            "INSERT OR REPLACE INTO core_tiers (tier, at, count, sums) VALUES (?, ?, ?, ?)", tier.rawValue,
            start,
            busy.count, busy.data)
    }

    /// The mean of each core, in percent, by the moment at which a stretch of `step` milliseconds begins.
    static func cores(
        from: Int64, to: Int64, tier: Tier, step: Int64, _ database: Connection
    ) throws -> [Int64: [Double]] {
        try coreSums(from: from, to: to, tier: tier, step: step, database).mapValues(\.means)
    }

    private static func coreSums(
        from: Int64 = .min, to: Int64 = .max, tier: Tier, step: Int64, _ database: Connection
    ) throws -> [Int64: CoreSums] {
        var stretches: [Int64: CoreSums] = [:]
        try database.each(
            "SELECT at, count, sums FROM core_tiers WHERE tier = ? AND at >= ? AND at < ? ORDER BY at",
            tier.rawValue, from, to
        ) { row in
            let at: Int64 = try row["at"]
            stretches[at - at % step, default: CoreSums()].add(try CoreSums(row))
            return true
        }
        return stretches
    }

    /// Puts together from minutes what databases hold that knew no stretches of ten minutes.
    static func fillTenMinutes(_ database: Connection) throws {
        let tenMinutes = Tier.tenMinutes.rawValue
        let step = Tier.tenMinutes.milliseconds
        try database.run(
            """
            INSERT INTO tiers (tier, at, metric, count, sum, min, max)
            SELECT ?, at - at % ?, metric, SUM(count), SUM(sum), MIN(min), MAX(max)
            FROM tiers WHERE tier = ? GROUP BY 2, metric
            """, tenMinutes, step, Tier.minute.rawValue)
        for (at, busy) in try coreSums(tier: .minute, step: step, database) {
            try database.run(
                "INSERT INTO core_tiers (tier, at, count, sums) VALUES (?, ?, ?, ?)", tenMinutes, at,
                busy.count,
                busy.data)
        }
    }
}

/// Sums of percentages, one per core, over a number of readings.
private struct CoreSums {
    var count = 0
    var sums: [Float] = []

    init() {}

    init(count: Int, sums: [Float]) {
        self.count = count
        self.sums = sums
    }

    init(_ row: borrowing Row) throws {
        count = try row["count"]
        let data: Data = try row["sums"]
        sums = stride(from: 0, to: data.count - data.count % 4, by: 4).map { offset in
            let bits = (0..<4).reduce(UInt32(0)) {
                $0 | UInt32(data[data.startIndex + offset + $1]) << (8 * $1)
            }
            return Float(bitPattern: bits)
        }
    }

    /// Little-endian, four bytes per core.
    var data: Data {
        Data(sums.flatMap { sum in (0..<4).map { UInt8(truncatingIfNeeded: sum.bitPattern >> (8 * $0)) } })
    }

    var means: [Double] { sums.map { (Double($0) / Double(max(1, count))).rounded(to: 1) } }

    /// A change of the number of cores starts a new row.
    mutating func add(_ other: CoreSums) {
        guard sums.count == other.sums.count || sums.isEmpty else { return }
        sums = sums.isEmpty ? other.sums : zip(sums, other.sums).map(+)
        count += other.count
    }
}
