import Foundation
import MaintenanceAPI
import Synchronization
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

    private static func samples(_ proc: [[String: String]]) async throws -> [Sample] {
        let tree = try FixtureTree(sys: ["block/vda/device": "", "class/net/eth0/device": ""])
        let seconds = Mutex(0.0)
        let sampler = Sampler(
            procRoot: tree.procRoot, sysRoot: tree.sysRoot, units: .usual,
            now: {
                .seconds(
                    seconds.withLock {
                        $0 += 5
                        return $0
                    })
            },
            mountWatch: MountWatch(deadline: .seconds(60), clock: .continuous) { _ in nil })
        var samples: [Sample] = []
        for files in proc {
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

    /// A report of a large machine fits into an envelope many times over.
    @Test func reportOfALargeMachineIsSmall() async throws {
        var first = try Self.files("linux-6.18")
        var second = first
        let cores = { (busy: Int) in
            "cpu \(busy * 256) 0 0 10000 0 0 0 0 0 0\n"
                + (0..<256).map { "cpu\($0) \(busy + $0) 0 7 9000 3 0 2 1 0 0\n" }.joined()
        }
        (first["stat"], second["stat"]) = (cores(100), cores(733))
        let sample = try #require(try await Self.samples([first, second]).last)
        #expect(sample.cpu?.cores.count == 256)
        let message = TypedMessage(.telemetryReport(TelemetryReport(sample: sample)))
        let byteCount = try JSONEncoder().encode(message).count
        #expect(byteCount < 64 * 1024, "\(byteCount)")
    }
}
