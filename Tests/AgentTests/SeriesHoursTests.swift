import Database
import Foundation
import MaintenanceAPI
import Synchronization
import Testing
import Values

@testable import Agent

/// What is kept in memory to answer sooner is what the database holds.
@Suite struct SeriesHoursTests {
    private func expectAsStored(_ world: World, count: Int, _ location: SourceLocation = #_sourceLocation)
        async throws
    {
        let (from, to) = (world.now.addingTimeInterval(-4 * 3600), world.now)
        let stored = try await world.database.file.read { database in
            try StateDatabase.series(
                .cpuBusyPercent, .tenSeconds, from: from.milliseconds, to: to.milliseconds, database)
        }
        #expect(stored.count == count, sourceLocation: location)
        for _ in 1...2 {
            #expect(
                try await world.database.series(.cpuBusy, from: from, to: to) == stored,
                sourceLocation: location)
        }
    }

    @Test func hoursThatWereReadBeforeAreReadAgainWhereTheyHaveChanged() async throws {
        let world = try World()
        try await world.fill(minutes: 241, every: 60) { sample, ago in
            sample.cpu?.all.userPercent = Double(ago / 60 % 50)
        }
        try await expectAsStored(world, count: 241)
        // One comes late, one has come twice.
        for ago in [7201, 7201, 60] {
            var sample = World.sample(secondsAgo: ago)
            sample.cpu?.all.userPercent = 77
            try await world.database.insert(sample, messageID: UUID(), at: world.now)
        }
        try await expectAsStored(world, count: 242)
        try await world.database.thin(at: world.now.addingTimeInterval(86_400 - 5400))
        try await expectAsStored(world, count: 91)
    }

    @Test func onlySoManyReadingsAreKeptDecoded() throws {
        let known = RecentSamples()
        let samples = (0..<40).map { World.sample(secondsAgo: $0) }
        for sample in samples + samples.reversed() {
            #expect(try known.sample(try JSONEncoder().encode(sample)) == sample)
        }
        #expect(throws: DecodingError.self) { try known.sample(Data("{}".utf8)) }
    }

    /// Readings without cores are readings as well.
    @Test(arguments: [true, false])
    func silenceIsWhereNothingCame(isSilent: Bool) async throws {
        let world = try World()
        for ago in stride(from: 3600, through: 0, by: -20) {
            var sample = World.sample(secondsAgo: ago)
            if 1200...2400 ~= ago {
                if isSilent { continue }
                sample.cpu?.cores = []
            }
            try await world.database.insert(sample, messageID: UUID(), at: world.now)
        }
        let found = try await world.database.anomalies(
            from: world.now.addingTimeInterval(-3000), to: world.now)
        #expect(found.filter { $0.metric == nil }.count == (isSilent ? 1 : 0))
    }

    /// Its tools are called for what was read, so that it stays as it was read while they run.
    @Test func questionIsReadOnceForAPrompt() async throws {
        let world = try World()
        try await world.fill(minutes: 90, every: 60)
        let clock = Mutex(World.moment)
        let analyst = OfflineAnalyst {
            clock.withLock { now in
                now.addTimeInterval(3600)
                return now
            }
        }
        let reply = await world.answerer(analyst).answer("mean cpu since 7:00?").reply
        #expect(reply.text != AnalystAnswer.noData, "\(reply.text)")
    }
}
