import Foundation
import MaintenanceAPI
import TestSupport
import Testing

@testable import Agent

/// Questions of operators and laymen over one quiet host, and how the answer begins.
@Suite struct OperatorQuestionTests {
    private static let busyCores = [90.0, 12, 40, 3]

    private static func change(_ sample: inout Sample, _ ago: Int) {
        for (index, busy) in busyCores.enumerated() {
            sample.cpu?.cores[index].idlePercent = 100 - busy
            sample.cpu?.cores[index].ioWaitPercent = 0
        }
        var second = Sample.Network(interface: "wg0")
        second.receivedBytesPerSecond = 2048
        second.sentBytesPerSecond = 1024
        second.receiveDropsPerSecond = 2
        sample.networks.append(second)
        var slow = Sample.Disk(device: "sdb")
        slow.busyPercent = 61
        slow.averageWaitMilliseconds = 48.5
        slow.readBytesPerSecond = 1_048_576
        sample.disks[0].device = "sda"
        sample.disks[0].busyPercent = 4
        sample.disks[0].averageWaitMilliseconds = 0.5
        sample.disks.append(slow)
        sample.temperatures.append(Sample.Temperature(sensor: "nvme", celsius: 38))
        sample.host.uptimeSeconds = 3600 * 12 - Double(ago)
    }

    private func ask(_ question: String) async throws -> ChatReply {
        let world = try World()
        try await world.fill(minutes: 40, every: 30, Self.change)
        return await world.answerer(OfflineAnalyst(now: { World.moment })).answer(question).reply
    }

    @Test(arguments: [
        // States, with their polarity.
        ("is the machine busy", "No: the CPU is 10 % busy, load 1.31 on 4 cores."),
        ("is the machine idle?", "Yes: the CPU is 10 % busy"), ("busy?", "No: the CPU is 10 % busy"),
        ("is the disk idle", "No: the busiest disk, “sdb”, is 61 % busy."),
        ("is the network quiet", "No: "),
        ("is it io bound", "No: the limit is the network, 2 received packets"),
        ("is / writable?", "Yes: “/” is mounted read-write."),
        ("can I write to /", "Yes: “/” is mounted read-write."),
        ("is the load too high for 4 cores", "No: the load is 1.31 on 4 cores, 0.33 per core."),
        ("are open files near the limit", "No: 3712 of at most 9223372 files are open"),
        // Parts: by rank, by place, by name.
        ("which core is busiest", "Core 0: 90 % busy; core 2 40 % busy; core 1 12 % busy."),
        ("which core does the least", "Core 3: 3 % busy"), ("how is core 1 doing", "Core 1 is 12 % busy."),
        ("is core 0 busy", "Yes: core 0 is 90 % busy."), ("is core 0 idle", "No: core 0 is 90 % busy."),
        ("core 9 usage", "There is no core 9"),
        ("are all cores used equally?", "No: core 0 90 % busy"),
        ("which disk is slowest", "“sdb”: 48.5 ms a request, 61 % busy"),
        ("which disk is busiest", "“sdb”: 61 % busy"),
        ("what is sda doing", "“sda” is 4 % busy"),
        (
            "how many bytes per second is disk vdx writing",
            "There is no disk “vdx”; there are “sda” and “sdb”."
        ),
        ("which interface is busiest", "“eth0”: 410.2 KiB/s in, 88.9 KiB/s out"),
        ("which interface drops most packets", "“wg0”: 2 packets dropped per second"),
        ("traffic on wg0", "“wg0” 2 KiB/s in, 1 KiB/s out."),
        ("traffic on eth7", "There is no network interface “eth7”"),
        ("hottest sensor", "“coretemp”: 51 °C; “nvme” 38 °C."), ("which sensor is coldest", "“nvme”: 38 °C"),
        ("second fullest disk", "“/”: 65.3 % full."),
        ("second biggest process", "“<img src=x onerror=alert(1)>” 1001.4 MiB."),
        ("how many postgres processes are there", "One process of “postgres”"),
        ("are there any java processes", "That cannot be said: no process of that name"),
        ("is any process using more than 30% cpu", "Yes: “postgres” 41.5 % of one core."),
        ("how many disks", "2 disks: “sda” and “sdb”."),
        // Paths that are no mounts.
        ("how full is /var", "“/” is 65.3 % full"), ("is /tmp full", "No: “/” is 65.3 % full"),
        ("how full is /srv/data/logs", "“/srv/data” is 93 % full"),
        // Capacity.
        ("can i run a 4 GB job?", "Yes: 9 GiB memory available"),
        ("do I have enough ram for a 20 gig database", "No: 9 GiB"),
        ("percent of disk free", "7 % "), ("free on / in percent", "34.7 % "),
        ("how much headroom is left on cpu", "CPU idle 89.5 %."),
        // Words of orders that order nothing.
        ("free memory in percent", "58.4 % of memory is available"), ("start time", ""),
        // Time.
        ("what time is it there", "It is 2027-01-15 08:00 UTC."),
        ("average cpu since boot", "CPU averaged 10 % since"),
        ("how many days since the last reboot", "Up 12 hours"),
        ("how often did it reboot", "No reboot seen since readings begin"),
        ("what was the load 5 minutes ago", "Load over 1 minute was 1.31, 5 minutes ago"),
        ("how was the last 10 minutes", "CPU busy 10 %, load average over 1 minute 1.3"),
        ("what happened in the last 10 minutes", "Nothing unusual over the last 10 minutes: CPU busy 10 %"),
        ("is it getting better or worse?", "About the same: CPU went from 10 % to 10 %"),
        ("tell me when cpu drops", "I cannot watch ahead: I answer when asked. Now: the CPU is 10 % busy"),
        // Side by side.
        ("download vs upload", "412.2 KiB/s in, 89.9 KiB/s out."),
        // What it is itself, and what no reading holds.
        ("what version of sysmaint is this", "SysMaint \(ProductVersion.current)."),
        ("is my data encrypted", "Yes: messages and readings are encrypted end to end"),
        ("can you see my messages", "Only sender and receiver"),
        (
            "cpu frequency",
            "That is not measured here: no reading tells the CPU's frequency. Nearest: the CPU is 10 % busy"
        ),
        ("dirty pages?", "That is not measured here: no reading tells dirty pages."),
        ("is the clock in sync", "That is not measured here"),
        ("who is writing to disk", "That is not measured here"),
        ("which process writes the most", "That is not measured here"),
        ("what is psi", "Pressure (PSI) is the share of time"),
        (
            "memory limit?",
            "No limit of a container is set: all of the host counts, 4 cores and 15.5 GiB memory."
        ),
        ("what are the thresholds", "Attention is needed from these values on: CPU from "),
        ("is this a container", "Probably not"),
        ("could you tell me the free memory", "9 GiB memory available."),
    ])
    func firstLineAnswersWhatIsAsked(question: String, expected: String) async throws {
        let reply = try await ask(question)
        #expect(reply.text.hasPrefix(expected), "\(question): \(reply.text)")
        #expect(reply.unbackedFigures == [], "\(question): \(reply.text)")
        let first = reply.text.prefix { $0 != "\n" }
        #expect(first.count <= 190, "\(first)")
    }

    @Test func whereNoSensorIsReadItSaysSo() async throws {
        let world = try World()
        try await world.fill(minutes: 2) { sample, _ in sample.temperatures = [] }
        for question in ["temperature", "hottest sensor", "how hot is it"] {
            let reply = await world.answerer(OfflineAnalyst(now: { World.moment })).answer(question).reply
            #expect(reply.text == "No temperature sensor is read on this host.", "\(question): \(reply.text)")
        }
    }

    /// A busy CPU: the length stands first where it is asked for.
    @Test func howLongBeginsWithTheLength() async throws {
        let world = try World()
        try await world.fill(minutes: 40) { sample, ago in
            sample.cpu?.all.userPercent = ago <= 300 ? 98 : 10
            sample.cpu?.all.idlePercent = ago <= 300 ? 0 : 87
        }
        let long = await world.answerer(OfflineAnalyst(now: { World.moment })).answer(
            "how long has the cpu been at 100%"
        ).reply
        #expect(long.text.prefixMatch(of: #/\d+ minutes: CPU is /#) != nil, "\(long.text)")
        let since = await world.answerer(OfflineAnalyst(now: { World.moment })).answer(
            "since when is the cpu busy"
        ).reply
        #expect(since.text.hasPrefix("Since 07:"), "\(since.text)")
        #expect(long.unbackedFigures == [] && since.unbackedFigures == [])
    }
}
