import Database
import Foundation
import MaintenanceAPI
import TestSupport
import Testing
import Values

@testable import Agent

@Suite struct FindingsTests {
    @Test func steadySeriesHasNoFindings() async throws {
        let world = try World()
        try await world.fill(minutes: 120)
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-1800), to: world.now)
        #expect(found == [])
    }

    @Test func jumpOfOneSeriesIsFoundWithItsTimeAndUsualLevel() async throws {
        let world = try World()
        try await world.fill(minutes: 120) { sample, ago in
            guard (300..<600).contains(ago) else { return }
            sample.cpu?.all.idlePercent = 2
            sample.cpu?.all.userPercent = 97.5
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-1800), to: world.now)
        let finding = try #require(found.first)
        #expect(found.count == 1)
        #expect(finding.metric == .cpuBusyPercent)
        #expect(finding.severity == .warning)
        #expect(abs(finding.from - (world.now.milliseconds - 600_000)) <= 60_000)
        #expect(abs(finding.to - (world.now.milliseconds - 300_000)) <= 60_000)
        #expect(finding.summary.contains("97.5"))
        #expect(finding.summary.contains("usually 10"))
    }

    @Test(arguments: [(94.9, false), (95.0, true)])
    func fullFileSystemIsCriticalHoweverUsual(percent: Double, isFound: Bool) async throws {
        let world = try World()
        try await world.fill(minutes: 60) { sample, _ in
            sample.fileSystems = sample.fileSystems.prefix(1).map { system in
                var system = system
                system.totalBytes = 1000
                system.usedBytes = Int64(percent * 10)
                system.availableBytes = 1000 - Int64(percent * 10)
                return system
            }
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-600), to: world.now)
        #expect(found.contains { $0.metric == .diskUsedPercent && $0.severity == .critical } == isFound)
    }

    @Test func missingTelemetryIsAFinding() async throws {
        let world = try World()
        for ago in stride(from: 3600, through: 0, by: -10) where !(600..<1200).contains(ago) {
            try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-1800), to: world.now)
        #expect(found.map(\.metric) == [nil])
        #expect(found.first?.summary.contains("no telemetry") == true)
    }

    @Test func telemetryThatStoppedIsAFinding() async throws {
        let world = try World()
        for ago in stride(from: 3600, through: 900, by: -10) {
            try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-1800), to: world.now)
        #expect(found.contains { $0.metric == nil && $0.to == world.now.milliseconds })
    }

    @Test(arguments: [3600, 23 * 3600, 25 * 3600, 20 * 86_400])
    func silenceOfTheWholeWindowIsAFinding(seconds: Int) async throws {
        let world = try World()
        for ago in stride(from: seconds + 3600, through: seconds, by: -60) {
            try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-1800), to: world.now)
        let finding = try #require(found.first)
        #expect(found.count == 1)
        #expect(finding.metric == nil)
        #expect(finding.severity == .critical)
        #expect(abs(finding.from - (world.now.milliseconds - 1_800_000)) <= 60_000)
        #expect(finding.to == world.now.milliseconds)
    }

    @Test func windowBeforeTheFirstReadingHasNoFindings() async throws {
        let world = try World()
        try await world.database.insert(World.sample(secondsAgo: 0), messageID: UUID(), at: world.now)
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-3600), to: world.now.addingTimeInterval(-1800))
        #expect(found == [])
    }

    /// The hour in which the first reading came had begun before the window: that is no silence.
    @Test func telemetryThatHasJustBegunIsNotMissed() async throws {
        let world = try World()
        let hour = Date(
            timeIntervalSince1970: (World.moment.timeIntervalSince1970 / 3600).rounded(.down) * 3600 - 3600)
        let first = hour.addingTimeInterval(3400)
        let ago = Int(world.now.timeIntervalSince(first))
        try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        let found = try await world.database.anomalies(
            from: hour.addingTimeInterval(24), to: first.addingTimeInterval(30))
        #expect(found == [])
    }

    @Test func silenceOfMinutesIsFoundInAWeek() async throws {
        let world = try World()
        for ago in stride(from: 8 * 86_400, through: 0, by: -60) where !(200_000..<201_200).contains(ago) {
            guard ago % 3600 < 120 || (190_000..<210_000).contains(ago) else { continue }
            try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-7 * 86_400), to: world.now)
        let missing = try #require(
            found.first { $0.from / 1000 == Int64(World.moment.timeIntervalSince1970) - 201_180 })
        #expect(missing.metric == nil)
        #expect(missing.to - missing.from == 1_200_000)
    }

    @Test func silenceOfHoursIsFoundInAMonth() async throws {
        let world = try World()
        for hours in stride(from: 31 * 24, through: 0, by: -1) where !(500..<505).contains(hours) {
            try await world.database.insert(
                World.sample(secondsAgo: hours * 3600), messageID: UUID(), at: world.now)
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-30 * 86_400), to: world.now.addingTimeInterval(-9 * 86_400))
        #expect(found.map(\.metric) == [nil])
        #expect(found.first?.summary == "no telemetry for 300 minutes")
    }

    @Test(arguments: [(300.0, 0), (10.0, 11)])
    func slowProbeIsNotSilent(intervalSeconds: Double, gaps: Int) async throws {
        let world = try World()
        for ago in stride(from: 3600, through: 0, by: -300) {
            var sample = World.sample(secondsAgo: ago)
            sample.intervalSeconds = intervalSeconds
            try await world.database.insert(sample, messageID: UUID(), at: world.now)
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-3300), to: world.now)
        #expect(found.count { $0.metric == nil } == gaps)
    }

    @Test func bitsOfAReadingAreKeptWithIt() async throws {
        let world = try World()
        try await world.fill(minutes: 60) { sample, ago in
            if ago < 120 { sample.memory?.availableBytes = 100_000_000 }
        }
        let bits = try await world.database.file.read { database in
            try database.values("SELECT unusual FROM snapshots ORDER BY takenAt", as: Int64.self)
        }.map { AnomalyBits(rawValue: $0).metrics }
        #expect(bits.dropLast(12).allSatisfy { $0 == [] })
        #expect(bits.suffix(12).allSatisfy { $0 == [.memoryUsedPercent] })
        #expect(try await world.database.unusualNow() == [.memoryUsedPercent])
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-600), to: world.now)
        #expect(found.map(\.severity) == [.critical])
        #expect(found.first?.summary.hasPrefix("memory used 99.4 %, usually 41.6 %") == true, "\(found)")
    }

    @Test func findingsOfOneTimeComeInTheOrderOfTheirSeries() async throws {
        let world = try World()
        let names = (1...8).map { "/data/\($0)" }
        try await world.fill(minutes: 10) { sample, _ in
            sample.fileSystems = sample.fileSystems.prefix(1).flatMap { system in
                names.map {
                    var system = system
                    system.mountPoint = $0
                    (system.totalBytes, system.usedBytes, system.availableBytes) = (1000, 990, 10)
                    return system
                }
            }
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-600), to: world.now)
        #expect(found.compactMap(\.fileSystem) == names)
    }

    @Test func findingOfAFileSystemNamesIt() async throws {
        let world = try World()
        try await world.fill(minutes: 60) { sample, ago in
            guard ago < 300 else { return }
            sample.fileSystems[0].usedBytes = 480_000_000_000
            sample.fileSystems[0].availableBytes = 1_000_000_000
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-600), to: world.now)
        #expect(found.map(\.fileSystem) == ["/"])
        #expect(found.first?.metric == .diskUsedPercent)
        #expect(found.first?.summary.hasPrefix("file system used 99.8 %, usually 65.3 %") == true)
        var names = HostNames()
        let result = try await Toolbox().call(
            name: "get_anomaly_summary", arguments: "{}", world.state(), names: &names
        ).json
        let summary = try #require(result["findings"]?.array?.first?["summary"]?.string)
        #expect(summary.hasPrefix("filesystem-1: file system used 99.8 %"))
        #expect(names.named(summary).hasPrefix("“/”: "))
    }

    @Test func whatStopsAndComesBackWithinTwoMinutesIsOneFinding() async throws {
        let world = try World()
        try await world.fill(minutes: 90) { sample, ago in
            if (300..<400).contains(ago) || (420..<520).contains(ago) { sample.load?.one = 50 }
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-900), to: world.now)
        #expect(found.count == 1)
        let finding = try #require(found.first)
        #expect(finding.to - finding.from == 220_000)
    }

    @Test func restartGoesOnWhereItStopped() async throws {
        let (steady, restarted) = (try World(), try World())
        for world in [steady, restarted] { try await world.fill(minutes: 130) }
        let reopened = try StateDatabase(path: restarted.scratch.file("state.db")) { World.moment }
        #expect(reopened.watch.current == nil)
        for database in [steady.database, reopened] {
            try await database.insert(World.sample(secondsAgo: -10), messageID: UUID(), at: World.moment)
        }
        #expect(steady.database.watch.current?.seriesCount == 18)
        #expect(reopened.watch.current == steady.database.watch.current)
    }

    @Test func detectorsThatCannotBeReadLearnAnew() async throws {
        let world = try World()
        try await world.fill(minutes: 70)
        try await world.database.file.write {
            try $0.run("UPDATE detectors SET state = ?", Data("of another version".utf8))
        }
        let reopened = try StateDatabase(path: world.scratch.file("state.db")) { World.moment }
        try await reopened.insert(World.sample(secondsAgo: -10), messageID: UUID(), at: world.now)
        try await world.database.insert(World.sample(secondsAgo: -20), messageID: UUID(), at: world.now)
        #expect(reopened.watch.current?.newestAt == world.now.milliseconds + 10_000)
        #expect(reopened.watch.current?.seriesCount == 18)
    }

    @Test func readingThatCouldNotBeKeptIsNotLearnt() async throws {
        let world = try World()
        try await world.fill(minutes: 2)
        let before = world.database.watch.current
        try await world.database.file.write {
            try $0.execute(
                "CREATE TRIGGER full BEFORE INSERT ON tiers BEGIN SELECT RAISE(ABORT, 'full'); END")
        }
        await #expect(throws: (any Error).self) {
            try await world.database.insert(World.sample(secondsAgo: -10), messageID: UUID(), at: world.now)
        }
        #expect(world.database.watch.current == before)
    }

    @Test func numberOfAnomaliesIsBounded() async throws {
        let world = try World()
        let kept = StateDatabase.maxAnomalies.kept
        try await world.database.file.write { database in
            for index in 0..<kept + 300 {
                let at = world.now.milliseconds - Int64(kept + 300 - index) * 1000
                try database.run(
                    """
                    INSERT INTO anomalies (metric, fileSystem, startedAt, endedAt, value, distance, isOfHour,
                        isCritical) VALUES ('load1', '', ?, ?, 9, 1, 0, 0)
                    """, at, at + 1000)
            }
        }
        try await world.database.thin(at: world.now)
        let count = try await world.database.file.read {
            try $0.value("SELECT COUNT(*) FROM anomalies", as: Int.self)
        }
        #expect(count == kept)
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-86_400), to: world.now)
        #expect(found.count == StateDatabase.maxAnomalies.told)
        #expect(found.last?.to == world.now.milliseconds)
    }
}
