import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import TestSupport
import Testing

@testable import Agent

@Suite struct StateDatabaseTests {
    @Test func sameReportTwiceIsOneSnapshot() async throws {
        let world = try World()
        let id = UUID()
        for _ in 1...2 {
            try await world.database.insert(World.sample(secondsAgo: 0), messageID: id, at: world.now)
        }
        let counts = try await world.database.file.read { database in
            [
                try database.value("SELECT COUNT(*) FROM snapshots", as: Int.self),
                try database.value("SELECT MAX(count) FROM tiers", as: Int.self),
            ]
        }
        #expect(counts == [1, 1])
    }

    @Test func newestSampleIsTheLatestTakenNotTheLastToArrive() async throws {
        let world = try World()
        for ago in [20, 0, 10] {
            try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        }
        let newest = try await world.database.newestSample()
        #expect(newest == World.sample(secondsAgo: 0))
    }

    @Test func historyPutsReadingsTogetherAndLeavesGapsOut() async throws {
        let world = try World()
        try await world.fill(minutes: 30) { sample, ago in
            sample.load?.one = ago >= 900 ? 1 : 3
        }
        let from = world.now.addingTimeInterval(-3600)
        let history = try await world.database.history(from: from, to: world.now, resolution: .seconds(600))
        #expect(history.points.count == 3)
        #expect(history.points.allSatisfy { $0.at % 600_000 == 0 && $0.at >= from.milliseconds })
        let middle = try #require(history.points[1].values[.load1])
        #expect((middle.min, middle.max) == (1, 3))
        #expect(history.points.map(\.sampleCount) == [60, 60, 60])
        let mean = try #require(history.points.last?.values[.load1]?.mean)
        #expect(mean == 3)
    }

    @Test func coresAreKeptApart() async throws {
        let world = try World()
        try await world.fill(minutes: 20) { sample, ago in
            for core in 0..<4 {
                sample.cpu?.cores[core].idlePercent = ago > 600 ? 90 : Double(100 - 20 * core)
            }
            for core in 0..<4 { sample.cpu?.cores[core].ioWaitPercent = 0 }
        }
        let from = world.now.addingTimeInterval(-1200)
        let history = try await world.database.history(from: from, to: world.now, resolution: .seconds(600))
        #expect(history.points.map(\.coreBusyPercent) == [[10, 10, 10, 10], [0, 20, 40, 60]])
        try await world.database.thin(at: world.now.addingTimeInterval(401 * 86_400))
        let rows = try await world.database.file.read {
            try $0.value(
                "SELECT (SELECT COUNT(*) FROM core_tiers) + (SELECT COUNT(*) FROM file_system_tiers)",
                as: Int.self)
        }
        #expect(rows == 0)
    }

    @Test func otherNumberOfCoresBeginsAnew() async throws {
        let world = try World()
        for (ago, cores) in [(20, 4), (10, 2)] {
            var sample = World.sample(secondsAgo: ago)
            sample.cpu?.cores = (0..<cores).map { _ in
                var modes = Sample.CPUModes()
                modes.idlePercent = Double(100 - ago)
                return modes
            }
            try await world.database.insert(sample, messageID: UUID(), at: world.now)
        }
        let history = try await world.database.history(
            from: world.now.addingTimeInterval(-60), to: world.now, resolution: .seconds(60))
        #expect(history.points.last?.coreBusyPercent == [10, 10])
    }

    private static func fileSystem(_ mountPoint: String, used: Int64?) -> Sample.FileSystem {
        var fileSystem = Sample.FileSystem(mountPoint: mountPoint, device: "/dev/vda", type: "ext4")
        fileSystem.usedBytes = used
        fileSystem.availableBytes = used.map { 1000 - $0 }
        return fileSystem
    }

    @Test func eachFileSystemIsKeptWithWhatItFellAndRoseTo() async throws {
        let world = try World()
        try await world.fill(minutes: 20) { sample, ago in
            sample.fileSystems = [
                Self.fileSystem("/srv", used: ago > 600 ? 100 : ago == 300 ? 995 : 200),
                Self.fileSystem("/", used: 500), Self.fileSystem("/mnt", used: nil),
            ]
        }
        for resolution in [10, 60, 600] {
            let points = try await world.database.history(
                from: world.now.addingTimeInterval(-1200), to: world.now, resolution: .seconds(resolution)
            ).points
            #expect(points.allSatisfy { $0.fileSystemUsedPercent?.keys.sorted() == ["/", "/srv"] })
            #expect(points.allSatisfy { $0.fileSystemUsedPercent?["/"]?.mean == 50 })
            let last = try #require(points.last?.fileSystemUsedPercent?["/srv"])
            #expect(points.first?.fileSystemUsedPercent?["/srv"]?.max == 10)
            #expect(points.compactMap { $0.fileSystemUsedPercent?["/srv"]?.max }.max() == 99.5)
            #expect(last.min == 20)
            if resolution == 600 { #expect((last.mean, last.max) == (21.33, 99.5)) }
        }
    }

    @Test func noMoreThanSixteenFileSystemsAreKeptOfAStretch() async throws {
        let world = try World()
        for (ago, names) in [(20, 0..<16), (10, 8..<25)] {
            var sample = World.sample(secondsAgo: ago)
            sample.fileSystems = names.map { Self.fileSystem("/\($0 + 100)", used: 300) }
            try await world.database.insert(sample, messageID: UUID(), at: world.now)
        }
        func names(resolution: Int) async throws -> [[String]] {
            try await world.database.history(
                from: world.now.addingTimeInterval(-60), to: world.now, resolution: .seconds(resolution)
            ).points.map { $0.fileSystemUsedPercent?.keys.sorted() ?? [] }
        }
        // Of the window those that were there last; the minute was full after the first reading.
        #expect(
            try await names(resolution: 10) == [(108..<116).map { "/\($0)" }, (108..<124).map { "/\($0)" }])
        #expect(try await names(resolution: 60) == [(100..<116).map { "/\($0)" }])
    }

    @Test func fileSystemsOfNoReadingLeaveNoTrace() async throws {
        let world = try World()
        var sample = World.sample(secondsAgo: 10)
        sample.fileSystems = [Self.fileSystem("/mnt", used: nil)]
        try await world.database.insert(sample, messageID: UUID(), at: world.now)
        let points = try await world.database.history(
            from: world.now.addingTimeInterval(-60), to: world.now, resolution: .seconds(10)
        ).points
        #expect(points.count == 1)
        #expect(points.first?.fileSystemUsedPercent == nil)
    }

    @Test func budgetCountsTodayWhateverWasReset() async throws {
        let world = try World()
        try await world.database.resetUsage(at: world.now)
        let usage = try await world.database.usage(dailyBudgetUSD: 1)
        #expect(usage.todayUSD == 0)
        #expect(world.now.midnight == Date(timeIntervalSince1970: 1_799_971_200))
    }

    @Test func statusSaysWhenDisksWillBeFull() async throws {
        let world = try World()
        try await world.fill(minutes: 120, every: 600) { sample, ago in
            for index in sample.fileSystems.indices {
                sample.fileSystems[index].usedBytes = 1_000_000 - (index == 0 ? Int64(ago) * 10 : 0)
                sample.fileSystems[index].availableBytes = 360_000
            }
        }
        let forecasts = try await world.database.current().diskForecasts
        let growing = try #require(forecasts?.first { $0.mountPoint == "/" })
        #expect(growing.growthBytesPerHour == 36_000)
        #expect(growing.fullInHours == 10)
        let steady = try #require(forecasts?.first { $0.mountPoint == "/srv/data" })
        #expect(steady.growthBytesPerHour == 0)
        #expect(steady.fullInHours == nil)
    }

    @Test func shortObservationForetellsNothing() async throws {
        let world = try World()
        try await world.fill(minutes: 9)
        let forecasts = try await world.database.current().diskForecasts
        #expect(forecasts?.allSatisfy { $0.growthBytesPerHour == nil && $0.fullInHours == nil } == true)
        #expect(forecasts?.isEmpty == false)
    }

    private static let windows: [(resolution: Int, ageSeconds: Int64, tier: Tier)] = [
        (10, 3600, .tenSeconds), (59, 3600, .tenSeconds), (60, 3600, .minute), (599, 3600, .minute),
        (600, 3600, .tenMinutes), (3599, 3600, .tenMinutes),
        (3600, 3600, .hour), (10, 86_400, .tenSeconds), (10, 86_401, .minute), (60, 691_200, .minute),
        (600, 691_200, .tenMinutes), (600, 691_201, .hour),
        (60, 691_201, .hour), (10, 43_200_000, .hour),
    ]

    @Test(arguments: windows)
    func windowIsReadFromTheCoarsestTierThatHasIt(resolution: Int, ageSeconds: Int64, expected: Tier) {
        #expect(Tier.best(resolutionSeconds: resolution, ageMilliseconds: ageSeconds * 1000) == expected)
    }

    @Test func thinningKeepsWhatEachTierPromises() async throws {
        let world = try World()
        let day = 86_400
        for ago in [0, day - 20, day + 20, 8 * day - 120, 8 * day + 120, 399 * day, 401 * day] {
            try await world.database.insert(World.sample(secondsAgo: ago), messageID: UUID(), at: world.now)
        }
        try await world.database.thin(at: world.now)
        let counts = try await world.database.file.read { database in
            try [
                "SELECT COUNT(*) FROM snapshots",
                "SELECT COUNT(DISTINCT at) FROM tiers WHERE tier = 10",
                "SELECT COUNT(DISTINCT at) FROM tiers WHERE tier = 60",
                "SELECT COUNT(DISTINCT at) FROM tiers WHERE tier = 3600",
                "SELECT COUNT(DISTINCT at) FROM file_system_tiers WHERE tier = 10",
                "SELECT COUNT(DISTINCT at) FROM file_system_tiers WHERE tier = 60",
                "SELECT COUNT(DISTINCT at) FROM file_system_tiers WHERE tier = 3600",
            ].map { try database.value($0, as: Int.self) }
        }
        #expect(counts[0...2] == [2, 2, 4])
        #expect(try #require(counts[3]) >= 5)
        #expect(counts[4...6] == counts[1...3])
    }

    @Test func readingsOfAClockThatIsAheadAreForgottenToo() async throws {
        let world = try World()
        let (day, year) = (86_400, 400 * 86_400)
        for (ahead, receivedAgo) in [
            (2 * year, 2 * day), (2 * year, day - 20), (3600, 2 * day), (3600, 0), (0, 2 * day),
        ] {
            try await world.database.insert(
                World.sample(secondsAgo: -ahead), messageID: UUID(),
                at: world.now.addingTimeInterval(-Double(receivedAgo)))
        }
        try await world.database.thin(at: world.now)
        let kept = try await world.database.file.read { database in
            try database.values(
                "SELECT (takenAt - ?) / 1000 FROM snapshots ORDER BY id", world.now.milliseconds,
                as: Int64.self)
        }
        #expect(kept == [Int64(2 * year), 3600, 0])
        let latest = try await world.database.file.read { database in
            try ["tiers", "core_tiers", "file_system_tiers"].map {
                try database.value("SELECT MAX(at) FROM \($0)", as: Int64.self)
            }
        }
        #expect(latest.allSatisfy { $0 == World.sample(secondsAgo: -3600).takenAt })
    }

    @Test func windowsAreFoundThroughIndexes() async throws {
        let world = try World()
        try await world.database.file.read { database in
            for sql in [
                "SELECT sample FROM snapshots ORDER BY takenAt DESC LIMIT 1",
                "SELECT sum(count) FROM tiers WHERE tier = 60 AND at >= 1 AND at < 2",
                "DELETE FROM tiers WHERE tier = 60 AND at < 2",
                "DELETE FROM tiers WHERE tier = 60 AND at > 9",
                "DELETE FROM snapshots WHERE takenAt > 9 AND receivedAt < 2",
                "SELECT MIN(at) FROM tiers WHERE tier = 60 AND at > 1 AND at < 9",
                "SELECT * FROM core_tiers WHERE tier = 60 AND at >= 1 AND at < 2 ORDER BY at",
                "SELECT sum(count) FROM file_system_tiers WHERE tier = 60 AND at >= 1 AND at < 2",
                "SELECT COUNT(*) FROM file_system_tiers WHERE tier = 60 AND at = 1 AND mountPoint <> '/'",
                "DELETE FROM file_system_tiers WHERE tier = 60 AND at < 2",
                "SELECT * FROM anomalies WHERE endedAt > 1 AND startedAt < 9 ORDER BY endedAt DESC LIMIT 500",
                "SELECT id FROM anomalies WHERE metric = 'load1' AND fileSystem = '' AND endedAt >= 1 AND startedAt <= 9",
                "SELECT MIN(takenAt) FROM snapshots WHERE takenAt >= 1",
                "SELECT sample FROM snapshots WHERE takenAt >= 1 AND takenAt < 9 ORDER BY takenAt LIMIT 1",
                "SELECT sum(costPicoUSD) FROM chat_messages WHERE at >= 1 AND role = 'assistant'",
            ] {
                let plan = try database.all("EXPLAIN QUERY PLAN \(sql)") { row in try row["detail"] as String
                }
                #expect(plan.allSatisfy { $0.contains("USING") }, "\(sql): \(plan)")
            }
        }
    }

    @Test func usageCountsFromTheLastReset() async throws {
        let world = try World()
        var spending = Spending()
        spending.modelRequests = 2
        spending.promptTokens = 1000
        spending.completionTokens = 10
        spending.cost = AgentConfiguration().prices.cost(promptTokens: 1000, completionTokens: 10)
        for seconds in [0.0, 10, 20] {
            let reply = ChatReply(
                text: "fine", outcome: .answered, answeredBy: "m", usage: nil, evidence: [],
                unbackedFigures: [],
                elapsedMilliseconds: 1)
            try await world.database.noteAnswer(
                .init(reply: reply, remembered: "fine", calls: [], spending: spending), to: .ofAlice(),
                at: world.now.addingTimeInterval(seconds))
        }
        let all = try await world.database.usage(dailyBudgetUSD: nil)
        #expect((all.requests, all.promptTokens, all.completionTokens) == (6, 3000, 30))
        #expect(all.costUSD == Decimal(string: "0.000468"))
        #expect(all.since == nil)
        try await world.database.resetUsage(at: world.now.addingTimeInterval(15))
        let rest = try await world.database.usage(dailyBudgetUSD: 1)
        #expect(rest.requests == 2)
        #expect(rest.since == world.now.addingTimeInterval(15).milliseconds)
        #expect(rest.dailyBudgetUSD == 1)
    }

    /// Figures that a model server made up, as versions kept them that believed every one.
    @Test func rottenFiguresOfEarlierVersionsDoNoHarm() async throws {
        let world = try World()
        try await world.database.insert(World.sample(secondsAgo: 0), messageID: UUID(), at: world.now)
        try await world.database.file.write { database in
            for (index, number) in [Int64.max, .max, .max, .min, -1].enumerated() {
                try database.run(
                    """
                    INSERT INTO chat_messages (requestId, asker, role, at, text, remembered, modelRequests,
                        promptTokens, cachedPromptTokens, completionTokens, costPicoUSD)
                    VALUES (?, 'alice', 'assistant', ?, '', '', ?, ?, ?, ?, ?)
                    """, "\(index)", World.moment.milliseconds, number, number, number, number, number)
            }
        }
        let usage = try await world.database.usage(dailyBudgetUSD: 1)
        #expect(usage.promptTokens == 3 * TokenCount.max.value)
        #expect(usage.costUSD > 1_000_000)
        let status = try await world.database.current()
        #expect(status.sample != nil)
        #expect(status.usage?.promptTokens == usage.promptTokens)
        // It may be written as JSON and read again.
        let json = try JSONEncoder().encode(status)
        #expect(try JSONDecoder().decode(CurrentStatus.self, from: json).usage?.requests == usage.requests)
        var configuration = AgentConfiguration()
        configuration.dailyBudgetUSD = 1
        let budget = Budget(configuration, database: world.database) { World.moment }
        let alice = try IdentityID("alice")
        await #expect(throws: BudgetExceeded.self) { try await budget.reserve(Money(pico: 1), for: alice) }
        await budget.settle(Money(pico: .max), paid: Money(pico: .max), by: alice)
        await budget.settle(Money(pico: .max), paid: Money(pico: .max), by: alice)
        try await world.database.resetUsage(at: world.now.addingTimeInterval(1))
        #expect(try await world.database.usage(dailyBudgetUSD: nil).requests == 0)
    }

    @Test func statusIsShownWithoutAUsageThatCannotBeRead() async throws {
        let world = try World()
        try await world.database.insert(World.sample(secondsAgo: 0), messageID: UUID(), at: world.now)
        try await world.database.file.write { try $0.execute("DROP TABLE usage_resets") }
        let status = try await world.database.current()
        #expect(status.sample != nil)
        #expect(status.usage == nil)
    }

    @Test(arguments: [
        ("12", 12), ("12.9", 12), (#""12""#, 12), (#""1e3""#, 1000), ("0", 0), ("-7", 0), ("-1e300", 0),
        ("9e18", Int(Int32.max)), ("1e308", Int(Int32.max)), (#""inf""#, Int(Int32.max)),
        ("9223372036854775807", Int(Int32.max)), ("2147483647", Int(Int32.max)), (#""nan""#, nil),
        (#""many""#, nil), ("null", nil), ("true", nil), ("[1]", nil), ("{}", nil),
    ])
    func tokenCountIsBoundedWhateverAServerSays(text: String, count: Int?) {
        #expect(TokenCount(JSON(text: text))?.value == count)
    }

    @Test func moneyStaysWithinItsBounds() {
        let most = Money(pico: .max)
        #expect(most + most == most)
        #expect(Money(pico: .min) - most == Money(pico: .min))
        #expect(most - Money(pico: .min) == most)
        let prices = Prices(inputUSDPerMillion: 999_999_999, outputUSDPerMillion: 999_999_999)
        let cost = prices.cost(promptTokens: TokenCount.max.value, completionTokens: TokenCount.max.value)
        #expect(cost.dollars > 4_000_000)
        #expect(cost + cost + cost + cost > .zero)
    }

    @Test func conversationsAreForgottenAfterAMonthTheirCostIsNot() async throws {
        let world = try World()
        let reply = ChatReply(
            text: "fine", outcome: .answered, answeredBy: "m", usage: nil, evidence: [], unbackedFigures: [],
            elapsedMilliseconds: 1)
        let call = ToolCallRecord(id: "1", tool: "t", arguments: "{}", output: "{}", at: world.now)
        let (old, new) = (PromptID.ofAlice(), PromptID.ofAlice())
        for (id, day) in [(old, 0.0), (new, 30)] {
            let at = world.now.addingTimeInterval(day * 86_400)
            try await world.database.noteQuestion("how?", id, at: at)
            try await world.database.noteAnswer(
                .init(
                    reply: reply, remembered: "fine", calls: day == 0 ? [call] : [],
                    spending: Spending(modelRequests: 1)),
                to: id, at: at)
        }
        try await world.database.thin(at: world.now.addingTimeInterval(32 * 86_400))
        #expect(try await world.database.answer(to: old) == nil)
        #expect(try await world.database.answer(to: new) == reply)
        #expect(try await world.database.conversation(of: old.asker, limit: 9).count == 1)
        #expect(try await world.database.usage(dailyBudgetUSD: nil).requests == 2)
        #expect(
            try await world.database.file.read { try $0.value("SELECT COUNT(*) FROM tool_calls") ?? 0 } == 0)
    }

    @Test func moneyIsExactWhereDoublesAreNot() {
        let prices = Prices(inputUSDPerMillion: Decimal(15) / 100, outputUSDPerMillion: Decimal(60) / 100)
        let one = prices.cost(promptTokens: 1, completionTokens: 0)
        #expect(one.pico == 150_000)
        let sum = (0..<1_000_000).reduce(Money.zero) { sum, _ in sum + one }
        #expect(sum.dollars == Decimal(string: "0.15"))
    }
}
