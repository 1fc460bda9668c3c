import Foundation
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

@Suite struct SeriesTests {
    private func query(_ arguments: String, in world: World) async throws -> JSON {
        var names = HostNames()
        return try await Toolbox().call(
            name: "query_series", arguments: arguments, world.state(), names: &names
        ).json
    }

    /// A series of the history and a figure that is in readings alone are answered alike.
    @Test(arguments: [
        ("load1", "value"), ("zombies", "value"), ("contextSwitches", "rate"), ("diskReadOperations", "rate"),
        ("temperature", "celsius"),
    ])
    func everyStatisticIsOfItsWindow(series: String, unit: String) async throws {
        let world = try World()
        try await world.fill(minutes: 60, every: 60) { sample, ago in
            let value = ago == 1200 ? 90 : ago == 2400 ? 1 : 10.0
            sample.load?.one = value
            sample.processes?.zombies = Int(value)
            sample.cpu?.contextSwitchesPerSecond = value
            sample.disks[0].readsPerSecond = value
            sample.temperatures[0].celsius = value
        }
        let result = try await query(#"{"series":"\#(series)","minutes":50,"above":80}"#, in: world)
        #expect(result["highest_\(unit)"]?.number == 90)
        #expect(result["highest_at_utc"]?.string == "2027-01-15T07:40:00Z")
        #expect(result["lowest_\(unit)"]?.number == 1)
        #expect(result["p50_\(unit)"]?.number == 10)
        #expect(result["newest_\(unit)"]?.number == 10)
        #expect(result["times_beyond"]?.number == 1)
        #expect(result["beyond_seconds"]?.number == 60)
        let before = try await query(#"{"series":"\#(series)","minutes":10}"#, in: world)
        #expect(before["highest_\(unit)"]?.number == 10)
    }

    /// The path by which the database finds a figure leads to what the figure is.
    @Test func pathOfEveryFigureIsItsValue() async throws {
        let world = try World()
        var sample = World.sample(secondsAgo: 0)
        sample.memory?.swapInPagesPerSecond = 3
        sample.memory?.majorFaultsPerSecond = 4
        sample.disks[0].averageWaitMilliseconds = 7
        sample.cgroup = Sample.CGroup()
        sample.cgroup?.memoryBytes = 5
        sample.processes?.threads = 812
        sample.tcp?.listenOverflowsPerSecond = 2
        try await world.database.insert(sample, messageID: UUID(), at: world.now)
        let from = world.now.addingTimeInterval(-60)
        for gauge in Gauge.allCases where gauge.traits.path != nil {
            let points = try await world.database.series(gauge, from: from, to: world.now)
            #expect(points.first?.mean == gauge.traits.value(sample), "\(gauge)")
        }
    }

    /// Whatever number of a reading changes, some figure that can be asked for changes.
    @Test func everyNumberOfAReadingIsAFigure() throws {
        var sample = World.sample(secondsAgo: 0)
        sample.cgroup = Sample.CGroup()
        sample.trackedConnections = Sample.TrackedConnections(count: 10, max: 100)
        let json = JSON(text: String(decoding: try JSONEncoder().encode(sample), as: UTF8.self)) ?? .null
        let names: Set<String> = ["takenAt", "pid", "core", "cpuPercent", "residentBytes"]
        var missing: [String] = []
        for path in json.numbers(path: []) where !names.contains(path.last ?? "") && !path.contains("cores") {
            // A share has no room for a thousand.
            let other = try #require(
                [1000, 1].lazy.compactMap { number in
                    try? JSONDecoder().decode(
                        Sample.self, from: Data(json.adding(number, at: path).text.utf8))
                }.first)
            let isSeen = Gauge.allCases.contains { $0.traits.value(sample) != $0.traits.value(other) }
            if !isSeen { missing.append(path.joined(separator: ".")) }
        }
        // Of those that exist several times the greatest is the figure.
        #expect(missing.filter { !$0.contains("fileSystems") && !$0.contains("topBy") } == [])
    }

    @Test func whatIsUsualIsSaidOnlyAfterEnoughWasSeen() async throws {
        for (minutes, isSaid) in [(30, false), (45, true)] {
            let world = try World()
            try await world.fill(minutes: minutes, every: 30)
            let result = try await query(#"{"series":"cpuBusy"}"#, in: world)
            #expect((result["usual_low_percent"] != nil) == isSaid, "\(minutes)")
        }
    }

    @Test(arguments: [#"{"series":"nothing"}"#, #"{"above":"much"}"#, #"{"percentile":101}"#])
    func badArgumentsAreRejected(arguments: String) async throws {
        let world = try World()
        try await world.fill(minutes: 1)
        await #expect(throws: ToolError.self) { try await query(arguments, in: world) }
    }
}

extension JSON {
    /// The paths of all numbers.
    fileprivate func numbers(path: [String]) -> [[String]] {
        switch self {
        case .number: [path]
        case .array(let items): items.enumerated().flatMap { $1.numbers(path: path + ["\($0)"]) }
        case .object(let fields): fields.flatMap { $1.numbers(path: path + [$0]) }
        default: []
        }
    }

    fileprivate func adding(_ number: Double, at path: [String]) -> JSON {
        guard let first = path.first else { return .number((self.number ?? 0) + number) }
        let rest = Array(path.dropFirst())
        switch self {
        case .array(var items):
            if let index = Int(first) { items[index] = items[index].adding(number, at: rest) }
            return .array(items)
        case .object(var fields):
            fields[first] = fields[first]?.adding(number, at: rest)
            return .object(fields)
        default: return self
        }
    }
}

/// Of one file system, and of processes as they were.
@Suite struct PastTests {
    @Test func oneFileSystemHasASeriesOfItsOwn() async throws {
        let world = try World()
        try await world.fill(minutes: 90, every: 60) { sample, ago in
            sample.fileSystems[0].usedBytes = 40 + Int64(ago == 3600 ? 10 : 0)
            sample.fileSystems[0].availableBytes = 60 - Int64(ago == 3600 ? 10 : 0)
        }
        let reply = await world.answerer(OfflineAnalyst(now: { World.moment }))
            .answer("peak use of / in the last 80 minutes").reply
        #expect(reply.text.hasPrefix("“/” peaked at 50 %, 60 minutes ago (07:00:00Z)."), "\(reply.text)")
        #expect(reply.unbackedFigures == [])
        var names = HostNames()
        await #expect(throws: ToolError.self) {
            try await Toolbox().call(
                name: "query_series", arguments: #"{"series":"diskUsed","part":"filesystem-9"}"#,
                world.state(), names: &names)
        }
    }

    /// A moment is found however far apart readings are.
    @Test(arguments: [10, 60, 300, 900]) func momentIsComparedWhateverTheInterval(seconds: Int) async throws {
        let world = try World()
        try await world.fill(minutes: 180, every: seconds) { sample, ago in
            sample.intervalSeconds = Double(seconds)
            let total = sample.memory?.totalBytes ?? 0
            sample.memory?.availableBytes = total * (ago < 3600 ? 20 : 70) / 100
        }
        let reply = await world.answerer(OfflineAnalyst(now: { World.moment }))
            .answer("is memory higher than an hour ago?").reply
        #expect(reply.text == "Yes: memory used is 80 % now, 30 % 60 minutes earlier.")
    }

    @Test func processesAreToldAsTheyWere() async throws {
        let world = try World()
        try await world.fill(minutes: 90, every: 60) { sample, ago in
            sample.processes?.topByCPU = [Sample.Process(pid: 1, name: ago > 1800 ? "backup" : "web")]
            sample.processes?.topByCPU[0].cpuPercent = 50
        }
        let analyst = OfflineAnalyst(now: { World.moment })
        let then = await world.answerer(analyst).answer("which process used most cpu an hour ago").reply
        #expect(then.text.hasPrefix("“backup” 50 % of one core 60 minutes ago"), "\(then.text)")
        #expect(then.unbackedFigures == [])
        let now = await world.answerer(analyst).answer("which process uses most cpu").reply
        #expect(now.text.hasPrefix("“web” 50 % of one core."), "\(now.text)")
    }

    @Test func leakingProcessIsTheOneThatGrew() async throws {
        let world = try World()
        try await world.fill(minutes: 120, every: 60) { sample, ago in
            sample.processes?.topByMemory = ["java", "postgres"].map { Sample.Process(pid: 1, name: $0) }
            sample.processes?.topByMemory[0].residentBytes = Int64(8400 - ago) << 20
            sample.processes?.topByMemory[1].residentBytes = 10_000 << 20
        }
        let reply = await world.answerer(OfflineAnalyst(now: { World.moment }))
            .answer("who is leaking memory?").reply
        #expect(
            reply.text.hasPrefix("“java” grew from 1.2 GiB to 8.2 GiB since 06:00:00Z, by 3.5 GiB per hour."),
            "\(reply.text)")
        #expect(reply.unbackedFigures == [])
    }
}
