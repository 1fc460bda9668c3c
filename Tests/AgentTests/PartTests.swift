import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// Disks, interfaces and cores have series of their own: a host with two of each, of which one was used at another time.
@Suite struct PartTests {
    private static func change(_ sample: inout Sample, _ ago: Int) {
        sample.intervalSeconds = 10
        sample.fileSystems.removeLast()
        var network = Sample.Network(interface: "eth0")
        network.receivedBytesPerSecond = ago == 300 ? 50_000_000 : 1000
        var other = Sample.Network(interface: "eth1")
        other.receivedBytesPerSecond = ago == 200 ? 80_000_000 : 2000
        sample.networks = [network, other]
        var disk = Sample.Disk(device: "sda")
        disk.writtenBytesPerSecond = ago == 400 ? 90_000_000 : 0
        disk.busyPercent = ago == 400 ? 70 : 1
        var second = Sample.Disk(device: "sdb")
        second.writtenBytesPerSecond = ago == 100 ? 70_000_000 : 0
        second.busyPercent = 2
        sample.disks = [disk, second]
        let all = sample.cpu?.all ?? Sample.CPUModes()
        var (first, last) = (all, all)
        (first.core, first.userPercent, first.idlePercent) = (0, ago > 300 ? 80 : 10, ago > 300 ? 15 : 85)
        (last.core, last.userPercent, last.idlePercent) = (1, 30, 65)
        sample.cpu?.cores = [first, last]
    }

    private func expect(_ questions: [String], _ expected: String) async throws {
        try await World.expect(questions, toSay: expected, minutes: 10, Self.change)
    }

    @Test(arguments: [
        (["peak receive rate on eth0"], "of “eth0” peaked at 47.7 MiB/s, 5 minutes ago"),
        (
            ["highest receive rate on eth1", "when was that?"],
            "3 minutes ago (07:56:40Z): traffic received of “eth1”"
        ),
        (["how much did eth0 receive since the beginning?"], "received on “eth0” since readings begin"),
        (["when was sda busiest?"], "7 minutes ago (07:53:20Z): use of “sda” 70 %"),
        (["how fast did sdb write at most?"], "66.8 MiB/s"),
        (["peak traffic on eth7"], "There is no network interface “eth7”; there are “eth0” and “eth1”."),
        (["which core was busiest over the last 10 minutes?"], "Core 0:"),
        (["are both cores equally busy?", "which one worked harder over the whole time?"], "Core 0:"),
        (["which core is busiest?"], "Core 1:"),
        (["how is web-1 doing?"], "No host “web-1” reports to me"),
        (["is db02 ok?"], "No host “db02” reports to me"),
    ])
    func isAskedByItsName(questions: [String], expected: String) async throws {
        try await expect(questions, expected)
    }

    private func refusal(_ arguments: String) async throws -> String? {
        let world = try World()
        try await world.fill(minutes: 1, every: 10, Self.change)
        var names = HostNames()
        let labels = [
            names.label("eth0", .interface), names.label("sda", .disk), names.label("gzip", .process),
        ]
        #expect(labels == ["interface-1", "disk-1", "process-1"])
        do {
            _ = try await Toolbox().call(
                name: "query_series", arguments: arguments, world.state(), names: &names)
            return nil
        } catch let error as ToolError { return error.message }
    }

    @Test(arguments: [
        (#"{"series":"networkReceived","part":"interface-1"}"#, nil),
        (#"{"series":"diskBusy","part":"disk-1"}"#, nil),
        (#"{"series":"diskBusy","part":"interface-1"}"#, "part: diskBusy has no series of one interface"),
        (#"{"series":"cpuBusy","part":"disk-1"}"#, "part: cpuBusy has no series of one disk"),
        (#"{"series":"cpuBusy","part":"process-1"}"#, "part: cpuBusy has no series of one process"),
        (
            #"{"series":"diskUsed","part":"filesystem-9"}"#,
            "part must be a label that a result gave, as filesystem-1"
        ),
    ])
    func goesWithItsOwnSeriesAlone(arguments: String, message: String?) async throws {
        #expect(try await refusal(arguments) == message)
    }

    @Test(arguments: [
        (#"{"minutes_ago":0.5}"#, nil), (#"{"minutes_ago":1440}"#, nil),
        (#"{"minutes_ago":1440.1}"#, "minutes_ago must be a number from 0 to 1440"),
        (#"{"minutes_ago":-0.1}"#, "minutes_ago must be a number from 0 to 1440"),
        (#"{"minutes_ago":"soon"}"#, "minutes_ago must be a number"),
    ])
    func momentsNeedNoWholeMinutes(arguments: String, message: String?) async throws {
        let world = try World()
        try await world.fill(minutes: 1, every: 10, Self.change)
        var names = HostNames()
        do {
            _ = try await Toolbox().call(
                name: "get_top_processes", arguments: arguments, world.state(), names: &names)
            #expect(message == nil)
        } catch let error as ToolError { #expect(error.message == message) }
    }
}
