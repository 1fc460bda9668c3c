import Database
import Foundation
import HistorySupport
import MaintenanceAPI
import Testing
import Values

@testable import Agent

/// A month of readings costs a query no more than a day of them.
@Suite struct HistoryScaleTests {
    @Test func generatedHostIsTheSameTwiceAndSilentWhenItShouldBe() {
        let host = GeneratedHost(seed: 7)
        let day: Int64 = 20_000 * 86_400_000
        #expect(host.sample(takenAt: day) == host.sample(takenAt: day))
        #expect(host.sample(takenAt: day + 3 * 3_600_000) == nil)
        #expect(host.sample(takenAt: day + 4 * 3_600_000) != nil)
    }

    /// All rows that a number of days at ten seconds leaves, after thinning.
    private func world(days: Int) async throws -> World {
        let world = try World()
        try await world.database.file.write { database in
            for tier in Tier.allCases {
                let series = Metric.allCases.map { ("tiers", $0.rawValue) }
                let fileSystems = (0..<4).map { ("file_system_tiers", "/srv/\($0)") }
                for (table, name) in series + fileSystems {
                    try database.run(
                        """
                        WITH RECURSIVE stretch (at) AS (
                            SELECT ?1 - ?1 % ?2 UNION ALL SELECT at + ?2 FROM stretch WHERE at + ?2 < ?3
                        )
                        INSERT INTO \(table) SELECT ?4, at, ?5, 1, 5, 5, 5 FROM stretch
                        """, world.now.milliseconds - Int64(days) * 86_400_000, tier.milliseconds,
                        world.now.milliseconds, tier.rawValue, name)
                }
            }
        }
        try await world.database.thin(at: world.now)
        return world
    }

    /// Where the rows of a window lie that history of 240 points reads.
    private func rowsRead(hours: Int, in world: World) async throws -> Int {
        let tier = Tier.best(resolutionSeconds: hours * 15, ageMilliseconds: Int64(hours) * 3_600_000)
        return try await world.database.file.read { database in
            try database.value(
                "SELECT COUNT(*) FROM tiers WHERE tier = ? AND at >= ? AND at < ?", tier.rawValue,
                world.now.milliseconds - Int64(hours) * 3_600_000, world.now.milliseconds, as: Int.self)
        } ?? 0
    }

    @Test func thirtyDaysLeaveAsManyRowsToReadAsOne() async throws {
        let (day, month) = (try await world(days: 1), try await world(days: 30))
        for hours in [1, 6, 24] {
            #expect(
                try await rowsRead(hours: hours, in: day) == (try await rowsRead(hours: hours, in: month)))
        }
        // Whatever the window, no more stretches are read than these.
        for hours in [1, 6, 24, 7 * 24, 30 * 24] {
            let stretches = try await rowsRead(hours: hours, in: month) / Metric.allCases.count
            #expect((240...1440).contains(stretches), "\(hours) hours: \(stretches)")
        }
        let rows =
            try await month.database.file.read { try $0.value("SELECT COUNT(*) FROM tiers", as: Int.self) }
            ?? 0
        #expect(rows <= (8641 + 11_521 + 1153 + 721) * Metric.allCases.count)
    }

    @Test func historyOfAMonthHasThePointsAskedFor() async throws {
        let month = try await world(days: 30)
        let from = month.now.addingTimeInterval(-30 * 86_400)
        let history = try await month.database.history(
            from: from, to: month.now, resolution: .seconds(10_800))
        #expect((240...241).contains(history.points.count))
        #expect(history.points.allSatisfy { $0.fileSystemUsedPercent?.count == 4 })
        #expect(history.anomalies == [])
    }
}
