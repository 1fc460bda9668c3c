import Foundation
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

@Suite struct HealthTests {
    private func concerns(_ world: World) async throws -> [String] {
        try await world.database.health().concerns.map(\.text)
    }

    @Test func quietHostNeedsNothing() async throws {
        let world = try World()
        try await world.fill(minutes: 5) { sample, _ in sample.fileSystems.removeLast() }
        #expect(try await concerns(world) == [])
    }

    /// Images are always full, and of inodes they have none left.
    @Test func readOnlyFileSystemsAreFullByDesign() async throws {
        let world = try World()
        try await world.fill(minutes: 5) { sample, _ in
            for index in sample.fileSystems.indices {
                sample.fileSystems[index].availableBytes = 0
                sample.fileSystems[index].inodesFree = 0
                sample.fileSystems[index].isReadOnly = true
            }
        }
        #expect(try await concerns(world) == [])
    }

    /// Raised at 90 %, it goes on at 80 %, and ends below 75 %; it is not raised at 89 %.
    @Test(arguments: [
        ([89.0, 89], false), ([90, 80], true), ([90, 74.9], false), ([95, 70, 80], false), ([80, 90], true),
    ])
    func concernIsRaisedAndClearedAtDifferentValues(values: [Double], isRaised: Bool) throws {
        let rule = try #require(HealthRule.ofGauge[.cpuBusy])
        #expect(rule.isRaised(by: values) == isRaised)
    }

    @Test func everyRuleClearsBelowWhereItRaises() {
        for rule in HealthRule.all { #expect(rule.clearsBelow < rule.raisesAt, "\(rule.gauge)") }
        #expect(Set(HealthRule.all.map(\.gauge)).count == HealthRule.all.count)
    }

    @Test func analystPagesAndModelsAreToldTheSame() async throws {
        let world = try World()
        try await world.fill(minutes: 5)
        let told = "file system “/srv/data” is 93 % full"
        #expect(try await world.database.current().needsAttention == [told])
        let reply = await world.answerer(OfflineAnalyst()).answer("all ok?").reply
        #expect(reply.text == "No: one thing needs attention: \(told).")
        var names = HostNames()
        let status = try await Toolbox().call(
            name: "get_current_status", arguments: "", world.state(), names: &names)
        #expect(names.named(status.json["needs_attention"]?.array?.first?["summary"]?.string ?? "") == told)
    }

    @Test func killedProcessesMatterForADay() async throws {
        for (hoursAgo, isTold) in [(23, true), (26, false)] {
            let world = try World()
            try await world.fill(minutes: 28 * 60, every: 600) { sample, ago in
                sample.fileSystems.removeLast()
                sample.memory?.oomKills = ago <= hoursAgo * 3600 ? 2 : 0
            }
            #expect(try await concerns(world).contains { $0.contains("killed") } == isTold, "\(hoursAgo)")
        }
    }

    @Test func nothingIsUnusualBeforeEnoughWasSeen() async throws {
        let world = try World()
        try await world.fill(minutes: 4) { sample, ago in sample.load?.one = ago < 60 ? 60 : 1 }
        #expect(
            try await world.database.anomalies(from: world.now.addingTimeInterval(-3600), to: world.now) == []
        )
    }

    /// Memory that fills within the hour needs attention, where half of it is used and it has been rising for eight minutes.
    @Test(
        arguments: [
            (60, 3, 12, true), (40, 3, 12, false), (60, 0, 12, false), (60, 3, 6, false),
            (60, 0.5, 12, false),
        ] as [(Double, Double, Int, Bool)])
    func fillingMemoryIsForecast(used: Double, perMinute: Double, minutes: Int, isTold: Bool) async throws {
        let world = try World()
        try await world.fill(minutes: minutes) { sample, ago in
            sample.fileSystems.removeLast()
            let total = Double(sample.memory?.totalBytes ?? 0)
            let share = used - perMinute * Double(ago) / 60
            sample.memory?.availableBytes = Int64(total * (1 - share / 100))
        }
        let told = try await concerns(world)
        #expect(told.contains { $0.contains("will be full in") } == isTold, "\(told)")
    }

    /// One allocation is no trend.
    @Test func aStepOfMemoryIsNotForecast() async throws {
        let world = try World()
        try await world.fill(minutes: 20) { sample, ago in
            sample.fileSystems.removeLast()
            let total = sample.memory?.totalBytes ?? 0
            sample.memory?.availableBytes = total / 100 * (ago < 300 ? 25 : 60)
        }
        #expect(try await concerns(world) == [])
    }

    /// Two processes that wait in each of six readings are stuck, unless a disk is busy; one is not, nor in five readings.
    @Test(
        arguments: [
            (2, 6, 0.0, true), (1, 6, 0, false), (2, 5, 0, false), (2, 6, 40, false), (7, 6, 0, false),
        ] as [(Int, Int, Double, Bool)])
    func stuckProcessesAreTold(blocked: Int, readings: Int, pressure: Double, isTold: Bool) async throws {
        let world = try World()
        try await world.fill(minutes: 3) { sample, ago in
            sample.fileSystems.removeLast()
            sample.processes?.blocked = ago < readings * 10 ? blocked : 0
            var line = Sample.Pressure.Line()
            line.someAvg10Percent = pressure
            sample.pressure?.io = line
        }
        let told = try await concerns(world)
        #expect(told.contains { $0.contains("have been waiting for") } == isTold, "\(told)")
    }
}
