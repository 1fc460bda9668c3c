import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import TestSupport
import Testing

@testable import Agent

/// Files as earlier versions left them, kept as SQL text: they open, and nothing in them is lost.
@Suite struct StateVersionTests {
    /// A state database with the tables and rows of a version.
    private func file(_ version: String, in scratch: ScratchDirectory) throws -> String {
        let url = try #require(
            Bundle.module.url(forResource: version, withExtension: "sql", subdirectory: "Versions"))
        let path = scratch.file("\(version).db")
        let connection = try Connection(path)
        try connection.execute(try String(contentsOf: url, encoding: .utf8))
        connection.close()
        return path
    }

    @Test(arguments: ["v2", "v3", "v4", "v5", "v6"]) func everythingOfEarlierVersionsIsThere(version: String)
        async throws
    {
        let scratch = try ScratchDirectory()
        let database = try StateDatabase(path: file(version, in: scratch)) { World.moment }
        #expect(try await database.newestSample()?.takenAt == World.moment.milliseconds)
        #expect(try await database.unusualNow() == [])
        let request = try #require(UUID(uuidString: "00000000-0000-4000-8000-000000000001"))
        #expect(
            try await database.answer(to: PromptID(asker: IdentityID("alice"), requestID: request))?.text
                == "It is well.")
        let usage = try await database.usage(dailyBudgetUSD: nil)
        #expect((usage.requests, usage.promptTokens) == (2, 1000))
        #expect(usage.since == World.moment.milliseconds - 60_000)
        let history = try await database.history(
            from: World.moment.addingTimeInterval(-60), to: World.moment.addingTimeInterval(10),
            resolution: .seconds(10))
        #expect(history.points.map(\.sampleCount) == [1, 1, 1])
        #expect(history.points.allSatisfy { $0.coreBusyPercent?.count == 4 })
        let coarse = try await database.history(
            from: World.moment.addingTimeInterval(-60), to: World.moment.addingTimeInterval(10),
            resolution: .seconds(600))
        #expect(coarse.points.map(\.sampleCount).reduce(0, +) == 3)
        #expect(coarse.points.allSatisfy { $0.coreBusyPercent?.count == 4 })
    }

    /// Versions before the fifth kept the fullest file system alone; what the readings of the last day say is filled in.
    @Test(arguments: ["v2", "v3", "v4", "v5", "v6"]) func fileSystemsAreFilledInFromReadings(version: String)
        async throws
    {
        let scratch = try ScratchDirectory()
        let database = try StateDatabase(path: file(version, in: scratch)) { World.moment }
        for (resolution, counts) in [(10, [1, 1, 1]), (60, [2, 1]), (600, [2, 1]), (3600, [2, 1])] {
            let points = try await database.history(
                from: World.moment.addingTimeInterval(-60), to: World.moment.addingTimeInterval(10),
                resolution: .seconds(resolution)
            ).points
            #expect(points.map(\.sampleCount) == counts)
            for point in points {
                let fullest = point.values[.diskUsedPercent]?.mean
                #expect(point.fileSystemUsedPercent?.keys.sorted() == ["/", "/srv/data"])
                #expect(point.fileSystemUsedPercent?["/srv/data"]?.mean == fullest?.rounded(to: 2))
            }
        }
    }

    @Test(arguments: ["v3", "v4", "v5"]) func anomaliesOfVersionsBeforeAreStillShown(version: String)
        async throws
    {
        let scratch = try ScratchDirectory()
        let database = try StateDatabase(path: file(version, in: scratch)) { World.moment }
        let anomalies = try await database.anomalies(
            from: World.moment.addingTimeInterval(-60), to: World.moment.addingTimeInterval(10))
        #expect(anomalies.contains { $0.metric == .load1 && $0.to == World.moment.milliseconds - 10_000 })
    }

    @Test func detectorsLearnFromTheReadingsOfTheVersionBefore() async throws {
        let scratch = try ScratchDirectory()
        let database = try StateDatabase(path: file("v2", in: scratch)) { World.moment }
        try await database.insert(World.sample(secondsAgo: -10), messageID: UUID(), at: World.moment)
        var watch = HostWatch()
        for ago in [20, 10, 0, -10] {
            var sample = World.sample(secondsAgo: ago)
            sample.processes?.topByCPU = []
            _ = watch.observe(sample)
        }
        #expect(database.watch.current == watch)
    }

    @Test func everyVersionHasItsFile() {
        #expect(
            StateSchema.migrations.names
                == [
                    "v1 telemetry, chat, usage", "v2 cores", "v3 anomalies", "v4 ten minutes",
                    "v5 file systems", "v6 conversations by asker", "v7 process spells",
                ])
    }

    @Test func fileOfALaterVersionIsLeftAlone() async throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("state.db")
        let database = try StateDatabase(path: path)
        try await database.file.write {
            try $0.execute("INSERT INTO grdb_migrations VALUES ('v99 of a later version')")
        }
        #expect(throws: LaterVersion()) { try StateDatabase(path: path) }
    }
}
