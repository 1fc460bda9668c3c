import Foundation
import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

/// Files as a kernel wrote them, whole; the expected figures were read off them by eye.
struct CapturedHostTests {
    private static func files(_ kernel: String) throws -> [String: String] {
        let folder = try #require(
            Bundle.module.url(forResource: kernel, withExtension: nil, subdirectory: "Captures"))
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        var files: [String: String] = [:]
        for name in names {
            let data = try? Data(contentsOf: folder.appendingPathComponent(name))
            if let data { files[name] = String(decoding: data, as: UTF8.self) }
        }
        return files
    }

    private static let sys = [
        "block/vda/device": "", "class/net/eth0/device": "", "fs/cgroup/cgroup.controllers": "cpu\n",
    ]

    private static func samples(
        _ proc: [[String: String]], sys: [String: String] = sys
    ) async throws -> [Sample] {
        let tree = try FixtureTree(sys: sys)
        let sampler = Sampler(
            procRoot: tree.procRoot, sysRoot: tree.sysRoot, units: .usual,
            now: everyFiveSeconds(),
            mountWatch: MountWatch(deadline: .seconds(60), clock: .continuous) { _ in nil })
        var samples: [Sample] = []
        for files in proc {
            let group = files.filter { $0.key.hasPrefix("cgroup/") }
            try tree.writeSys(
                Dictionary(
                    uniqueKeysWithValues: group.map {
                        ("fs/cgroup/probe.service/" + $0.key.dropFirst("cgroup/".count), $0.value)
                    }))
            try tree.writeProc(files.merging(["sys/kernel/random/boot_id": "one\n"]) { $1 })
            samples.append(try await sampler.sample())
        }
        return samples
    }

    @Test func linux6_18IsReadWhole() async throws {
        let files = try Self.files("linux-6.18")
        #expect(files.count == 15)
        let first = try #require(try await Self.samples([files]).first)
        #expect(first.load == Sample.Load(one: 8.08, five: 8.65, fifteen: 7.42))
        #expect(first.host.uptimeSeconds == 26_175.88)
        #expect(first.memory?.totalBytes == 25_276_510_208)
        #expect(first.memory?.availableBytes == 23_511_359_488)
        #expect(first.memory?.swapUsedPercent == nil)
        #expect(first.memory?.oomKills == 0)
        #expect(first.pressure?.cpu?.someAvg10Percent == 97.3)
        #expect(first.pressure?.io?.someAvg60Percent == 1.46)
        #expect(first.pressure?.memory?.fullAvg60Percent == 0)
        #expect(first.tcp?.established == 0)
        #expect(first.tcp?.timeWait == 0)
        #expect(first.fileDescriptors == Sample.FileDescriptors(allocated: 2034, max: 2_466_177))
    }

    @Test func ratesComeFromWhatWasAdded() async throws {
        let first = try Self.files("linux-6.18")
        var second = first
        // A second of each core's time later: half busy, half idle; a mebibyte read, two received.
        second["uptime"] = "26185.88 25001.67\n"
        second["stat"] = first["stat"]?
            .replacing("cpu  2296435 75304 325126 2500167", with: "cpu  2296535 75304 325126 2500267")
            .replacing("cpu0 1097792 44504 152202 1309450", with: "cpu0 1097892 44504 152202 1309450")
            .replacing("cpu1 1198642 30800 172923 1190717", with: "cpu1 1198642 30800 172923 1190817")
        let disk = try #require(first["diskstats"]?.split(separator: "\n").first { $0.contains(" vda ") })
        var fields = disk.split(separator: " ").map(String.init)
        fields[5] = String(try #require(Int(fields[5])) + 2048)
        second["diskstats"] = first["diskstats"]?.replacing(disk, with: fields.joined(separator: " "))
        let interface = try #require(first["net/dev"]?.split(separator: "\n").first { $0.contains("eth0:") })
        let received = try #require(interface.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        second["net/dev"] = first["net/dev"]?.replacing(
            interface, with: interface.replacing("\(received)", with: "\(received + 2_097_152)"))
        let sample = try #require(try await Self.samples([first, second]).last)
        #expect(sample.cpu?.all.userPercent == 50)
        #expect(sample.cpu?.all.idlePercent == 50)
        #expect(sample.cpu?.cores.map(\.busyPercent) == [100, 0])
        let seconds = try #require(sample.intervalSeconds)
        #expect(sample.disks.map(\.device) == ["vda"])
        #expect(abs(try #require(sample.disks.first).readBytesPerSecond - 1_048_576 / seconds) < 1)
        #expect(sample.networks.map(\.interface) == ["eth0"])
        #expect(abs(try #require(sample.networks.first).receivedBytesPerSecond - 2_097_152 / seconds) < 1)
    }

    struct Figures: Sendable {
        let userPercent, systemPercent, coreBusyPercent: Double
        let availableBytes, memoryBytes, allocatedFiles: Int64
        let groupCPUPercent, cpuPressure, startedPerSecond: Double
    }

    @Test(arguments: [
        (
            "linux-6.1",
            Figures(
                userPercent: 99.34, systemPercent: 0.66, coreBusyPercent: 100,
                availableBytes: 326_640 << 10, memoryBytes: 32_616_448, allocatedFiles: 0,
                groupCPUPercent: 214.78, cpuPressure: 2.33, startedPerSecond: 6.3)
        ),
        (
            "linux-6.12",
            Figures(
                userPercent: 99.24, systemPercent: 0.76, coreBusyPercent: 100,
                availableBytes: 390_580 << 10, memoryBytes: 32_632_832, allocatedFiles: 32,
                groupCPUPercent: 209.76, cpuPressure: 2.18, startedPerSecond: 6.3)
        ),
    ])
    func tenSecondsOfAKernelAreReadWhole(kernel: String, expected: Figures) async throws {
        let files = try ["first", "second"].map { try Self.files("\(kernel)/\($0)") }
        #expect(files.map(\.count) == [24, 24])
        let sample = try #require(try await Self.samples(files).last)
        #expect(sample.host.kernel?.hasPrefix(kernel.dropFirst("linux-".count)) == true)
        #expect(sample.cpu?.all.userPercent == expected.userPercent)
        #expect(sample.cpu?.all.systemPercent == expected.systemPercent)
        #expect(sample.cpu?.cores.map(\.busyPercent) == [100, 100])
        #expect(sample.memory?.availableBytes == expected.availableBytes)
        #expect(sample.memory?.oomKills == 0)
        #expect(sample.memory?.majorFaultsPerSecond == 0)
        #expect(sample.memory?.swapUsedPercent == nil)
        #expect(sample.pressure?.cpu?.someAvg10Percent == expected.cpuPressure)
        #expect(sample.pressure?.io?.fullAvg60Percent == 0)
        #expect(sample.disks.map(\.device) == ["vda"])
        #expect(sample.networks.map(\.interface) == ["eth0"])
        #expect(sample.tcp?.timeWait == 1)
        #expect(sample.tcp?.retransmitsPerSecond == 0)
        #expect(sample.tcp?.listenOverflowsPerSecond == 0)
        #expect(sample.fileDescriptors?.allocated == expected.allocatedFiles)
        #expect(sample.cgroup?.memoryBytes == expected.memoryBytes)
        #expect(sample.cgroup?.memoryMaxBytes == 200 << 20)
        #expect(sample.cgroup?.cpuPercent == expected.groupCPUPercent)
        #expect(sample.cgroup?.processes == 5)
        #expect(sample.cgroup?.oomKills == 0)
        #expect(sample.processes?.startedPerSecond == expected.startedPerSecond)
        #expect(sample.processes?.topByMemory.map(\.name) == ["init"])
        #expect(sample.fileSystems.isEmpty)
    }

    /// What a message may hold, before it is padded (160 KiB less one byte).
    private static let maxMessageByteCount = 163_839

    /// More of everything than a report tells, under names as bad as they can be.
    @Test func reportOfTheLargestMachineFitsIntoAMessage() async throws {
        var first = try Self.files("linux-6.18")
        var second = first
        let cores = { (busy: Int) in
            "cpu \(busy * 1024) 0 0 10000 0 0 0 0 0 0\n"
                + (0..<1024).map { "cpu\($0) \(busy + $0) 11 7 9000 3 17 2 1 0 0\n" }.joined()
        }
        (first["stat"], second["stat"]) = (cores(100), cores(733))
        let devices = { (count: Int, busy: Int) in
            (0..<count).map { " 8 \($0) vd\u{1}\($0) \(busy) 1 \(busy) 1 \(busy) 1 \(busy) 1 0 \(busy) 1\n" }
                .joined()
        }
        (first["diskstats"], second["diskstats"]) = (devices(500, 1), devices(500, 77_777))
        let interfaces = { (busy: Int) in
            (0..<500).map {
                "veth\u{1}\($0): \(busy) 1 \(busy) \(busy) 0 0 0 0 \(busy) 1 \(busy) \(busy) 0 0 0 0\n"
            }
            .joined()
        }
        (first["net/dev"], second["net/dev"]) = (interfaces(1), interfaces(777_777))
        for pid in 1...40 {
            let name = String(repeating: "\u{1}", count: 15)
            let stat = { (ticks: Int) in
                "\(pid) (\(name)) S 1 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 1 0 0 0 99999 0\n"
            }
            (first["\(pid)/stat"], second["\(pid)/stat"]) = (stat(1), stat(777))
        }
        let path = String(repeating: "\\001", count: 100)
        let mounts = (0..<200).map { "\($0) 1 8:\($0) / /\(path)\($0) rw - ext4 /dev/\($0) rw\n" }.joined()
        (first["self/mountinfo"], second["self/mountinfo"]) = (mounts, mounts)
        let sample = try #require(try await Self.samples([first, second], sys: [:]).last)
        #expect(sample.host.coreCount == 1024)
        #expect(sample.cpu?.cores.count == 256)
        #expect(sample.disks.count == 64)
        #expect(sample.networks.count == 64)
        #expect(sample.fileSystems.count == 64)
        #expect(sample.processes?.topByCPU.count == 10)
        let message = TypedMessage(.telemetryReport(TelemetryReport(sample: sample)))
        let byteCount = try JSONEncoder().encode(message).count
        #expect(byteCount <= Self.maxMessageByteCount)
        #expect(try JSONDecoder().decode(TypedMessage.self, from: JSONEncoder().encode(message)) == message)
    }

    @Test func reportOfAUsualMachineIsAFewKilobytes() async throws {
        let files = try ["first", "second"].map { try Self.files("linux-6.12/\($0)") }
        let sample = try #require(try await Self.samples(files).last)
        let message = TypedMessage(.telemetryReport(TelemetryReport(sample: sample)))
        let byteCount = try JSONEncoder().encode(message).count
        #expect(byteCount < 4096, "\(byteCount)")
    }
}
