import Foundation
import MaintenanceAPI
import TestSupport
import Testing

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
}
