import Foundation
import MaintenanceAPI
import TestSupport
import Testing
import Values

@testable import Agent

/// When processes ran that the newest reading no longer names.
@Suite struct ProcessSpellTests {
    /// Gzip runs from seven to five minutes ago, and once more for ten seconds a minute ago.
    private static func change(_ sample: inout Sample, _ ago: Int) {
        guard 300...420 ~= ago || ago == 60 else { return }
        sample.processes?.topByCPU[0].name = "gzip"
        sample.processes?.topByCPU[0].cpuPercent = ago == 400 ? 191 : 150
        sample.processes?.topByCPU[0].residentBytes = 4_000_000
    }

    private func world(_ change: (inout Sample, Int) -> Void = Self.change) async throws -> World {
        let world = try World()
        try await world.fill(minutes: 11, every: 10, change)
        return world
    }

    private func spells(_ world: World, _ name: String) async throws -> [ProcessSpell] {
        try await world.database.spells(of: name, since: .distantPast, limit: 100)
    }

    @Test func aStretchHasItsEndsAndItsPeaks() async throws {
        let world = try await world()
        let found = try await spells(world, "gzip")
        let moment = World.moment.milliseconds
        #expect(found.map { (moment - $0.from) / 1000 } == [420, 60])
        #expect(found.map { (moment - $0.to) / 1000 } == [300, 60])
        #expect(found.map(\.cpuPeak) == [191, 150])
        #expect(found[0].cpuPeakAt == moment - 400_000)
        #expect(found[0].residentPeak == 4_000_000)
        #expect(try await spells(world, "never") == [])
    }

    /// A minute between two readings goes on, more begins anew.
    @Test(arguments: [(60, 1), (70, 2)])
    func aPauseEndsIt(seconds: Int, count: Int) async throws {
        let world = try World()
        for ago in [seconds, 0] {
            var sample = World.sample(secondsAgo: ago)
            sample.intervalSeconds = 10
            sample.processes?.topByCPU[0].name = "gzip"
            try await world.database.insert(sample, messageID: UUID(), at: world.now)
        }
        #expect(try await spells(world, "gzip").count == count)
    }

    /// What comes late lengthens nothing backwards, and what comes twice changes nothing.
    @Test func lateAndRepeatedReadingsDoNoHarm() async throws {
        let world = try await world()
        let before = try await spells(world, "gzip")
        var late = World.sample(secondsAgo: 350)
        Self.change(&late, 350)
        let id = UUID()
        for _ in 0..<2 { try await world.database.insert(late, messageID: id, at: world.now) }
        #expect(try await spells(world, "gzip") == before)
    }

    @Test func whatIsOlderThanADayIsForgotten() async throws {
        let world = try await world()
        try await world.database.thin(at: world.now.addingTimeInterval(86_400 - 320))
        #expect(try await spells(world, "gzip").count == 2)
        try await world.database.thin(at: world.now.addingTimeInterval(86_400 - 280))
        #expect(try await spells(world, "gzip").count == 1)
    }

    @Test func namesAreThoseOfTheTimeAndNoMoreThanAskedFor() async throws {
        let world = try await world()
        let since = world.now.addingTimeInterval(-120)
        let names = try await world.database.processNames(since: since, limit: 100)
        #expect(names.contains("gzip"))
        #expect(Set(names).count == names.count)
        #expect(try await world.database.processNames(since: since, limit: 1).count == 1)
        #expect(
            try await !world.database.processNames(since: world.now.addingTimeInterval(-30), limit: 100)
                .contains("gzip"))
    }

    /// A host can name what it likes: no reading adds more than a few names, and no name that is too long.
    @Test func hostileNamesAreBounded() async throws {
        let world = try World()
        var sample = World.sample(secondsAgo: 0)
        guard let one = sample.processes?.topByCPU.first else { return }
        sample.processes?.topByCPU = (0..<200).map { number in
            var process = one
            // One is long, and one is a single character of as many bytes.
            process.name =
                number == 0
                ? String(repeating: "x", count: 500)
                : number == 1 ? "a" + String(repeating: "\u{301}", count: 500) : "name-\(1000 + number)"
            return process
        }
        sample.processes?.topByMemory = []
        try await world.database.insert(sample, messageID: UUID(), at: world.now)
        let names = try await world.database.processNames(since: .distantPast, limit: 1000)
        #expect(names.count == 32)
        #expect(names.allSatisfy { $0.hasPrefix("name-") })
    }

    @Test(
        arguments: [
            ("when did gzip start", nil, "60 seconds ago (07:59:00Z): “gzip” was seen at 07:59:00Z"),
            ("is gzip still running?", nil, "No: “gzip” was last seen 60 seconds ago (07:59:00Z)"),
            ("did gzip run today?", nil, "Yes: “gzip” was seen"),
            ("how much cpu did gzip use", nil, "“gzip” used up to 150 % of one core"),
            ("what was eating the cpu a while ago?", "is it still running?", "No: “gzip”"),
            ("is gzip to blame for the cpu spike?", nil, "Yes: “gzip” 150 % of one core"),
            ("until when did gzip run", nil, "60 seconds ago (07:59:00Z): “gzip” was seen"),
            ("is apache2 running?", nil, "That cannot be said"),
        ] as [(String, String?, String)])
    func isTold(question: String, then: String?, expected: String) async throws {
        let world = try await world { sample, ago in
            Self.change(&sample, ago)
            if 300...420 ~= ago {
                sample.cpu?.all.userPercent = 96
                sample.cpu?.all.idlePercent = 2
            }
        }
        let reply = try await world.analystReply(
            to: then ?? question, after: then == nil ? nil : question)
        #expect(reply.text.hasPrefix(expected), "\(question): \(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
    }

    @Test func aVersionMayBeLeftOut() throws {
        var names = HostNames()
        let sample = World.sample(secondsAgo: 0)
        let found = Mention.all(
            in: "how much memory did python use", of: sample, earlier: ["python3", "py"], names: &names)
        #expect(found.map(\.name) == ["python3"])
        #expect(found.map(\.written) == ["python"])
        #expect(found.map(\.relation) == [.earlier])
        #expect(
            Mention.all(in: "how much memory is used", of: sample, earlier: ["memory3"], names: &names) == [])
    }

    /// Over a stretch the mean counts, and a process that a reading does not name used nothing then.
    @Test(arguments: [
        (
            "which processes used most cpu in the last 10 minutes",
            "“postgres” 41.5 % of one core on average over the last 10 minutes"
        ),
        (
            "top 3 processes by memory over the last 10 minutes",
            "Most memory over the last 10 minutes, at most: “"
        ),
        ("did gzip and nginx run at the same time?", "Yes: both were seen from"),
        ("did gzip and sshd run at the same time?", ""),
    ])
    func stretchesAreTold(question: String, expected: String) async throws {
        let reply = try await world().analystReply(to: question)
        #expect(reply.text.hasPrefix(expected), "\(reply.text)")
        #expect(reply.unbackedFigures == [], "\(reply.text)")
    }

    @Test func sharesAreMeansOverAllReadings() throws {
        var names = HostNames()
        let readings = (0..<4).map { index -> Sample in
            var sample = World.sample(secondsAgo: index * 10)
            guard var one = sample.processes?.topByCPU.first else { return sample }
            one.name = index == 0 ? "gzip" : "other"
            one.cpuPercent = 100
            one.residentBytes = Int64(index + 1) << 20
            sample.processes?.topByCPU = [one]
            sample.processes?.topByMemory = [one]
            return sample
        }
        let told = ProcessShares(readings).most(5, &names)
        #expect(told.map { names.name(of: $0.name) } == ["other", "gzip"])
        #expect(told.map(\.meanCPUPercentOfOneCore) == [75, 25])
        #expect(told.map(\.peakCPUPercentOfOneCore) == [100, 100])
        #expect(told.map(\.peakResidentBytes) == [4 << 20, 1 << 20])
        #expect(ProcessShares([]).most(5, &names).isEmpty)
    }

    /// What a reading tells is of just before it: a moment is answered from the next one, where that came soon.
    @Test(arguments: [(5, 0), (15, 10), (16, 10)])
    func theNextReadingTellsOfAMoment(secondsAgo: Int, expected: Int) async throws {
        let world = try World()
        for ago in [60, 30, 10, 0] {
            try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        }
        let found = try await world.database.sample(at: world.now.addingTimeInterval(-Double(secondsAgo)))
        #expect(found?.takenAt == World.moment.milliseconds - Int64(expected) * 1000)
    }

    @Test func whereNoneCameSoonTheOneBeforeTells() async throws {
        let world = try World()
        for ago in [60, 0] {
            try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        }
        let found = try await world.database.sample(at: world.now.addingTimeInterval(-40))
        #expect(found?.takenAt == World.moment.milliseconds - 60_000)
    }
}
