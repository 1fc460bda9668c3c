import Foundation
import MaintenanceAPI
import RelayAPI
import Synchronization
import TestSupport
import Testing
import VectorSupport

@testable import Telemetry

/// Machines whose numbers are made up: whatever the kernel's files say, no share leaves 0…100, and the agent takes the
/// report.
struct RandomMachineTests {
    /// What stands on the edges of what fits somewhere.
    private static let odd = [
        "0", "1", "2", "99", "100", "101", "1000", "4294967295", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "99999999999999999999999", "0.01", "100.01", "1e9",
        "-1", "-5", "max", "nan", "",
    ]

    private static let groups = [
        "fs/cgroup/cgroup.controllers": "cpu memory\n", "fs/cgroup/memory.max": "10240000\n",
        "fs/cgroup/memory.current": "5120000\n", "fs/cgroup/memory.swap.max": "1024000\n",
        "fs/cgroup/memory.swap.current": "512000\n", "fs/cgroup/cpu.max": "50000 100000\n",
        "fs/cgroup/memory.stat": "anon 1000\nfile 2000\ninactive_file 1000\nslab_reclaimable 10\n",
        "fs/cgroup/cpu.stat":
            "usage_usec 900\nuser_usec 600\nsystem_usec 300\nnr_periods 100\nnr_throttled 40\nthrottled_usec 7\n",
    ]

    /// Some of the numbers of a text replaced; those that are part of a name stay.
    private func changed(_ text: String, _ random: inout SeededRandom) -> String {
        var result = ""
        var isInName = false
        var number = ""
        func flush(_ random: inout SeededRandom) {
            guard !number.isEmpty else { return }
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6: result += number
            case 6..<8: result += Self.odd.randomElement(using: &random) ?? number
            default:
                result += String(
                    UInt64.random(
                        in: 0...UInt64.max >> UInt64.random(in: 0..<64, using: &random), using: &random))
            }
            number = ""
        }
        for character in text {
            if !isInName, character.isNumber || (character == "." && !number.isEmpty) {
                number.append(character)
                continue
            }
            flush(&random)
            isInName = character.isLetter || character == "_" || (isInName && character.isNumber)
            result.append(character)
        }
        flush(&random)
        return result
    }

    private func sample(_ kernel: [String: String], _ random: inout SeededRandom) async throws -> Sample {
        var proc = kernel
        proc["self/cgroup"] = "0::/\n"
        proc["self/mountinfo"] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /srv rw - ext4 /dev/sda2 rw\n"
        for pid in 1...3 {
            proc["\(pid)/stat"] = "\(pid) (p) S 1 1 1 0 -1 4 1 0 0 0 50 20 0 0 20 0 1 0 7 1000 200 0\n"
        }
        let tree = try FixtureTree()
        let seconds = Mutex(0.0)
        let step: Double = [0.5, 5, 5000].randomElement(using: &random) ?? 5
        let numbers = (0..<8).map { _ in Int64.random(in: -5...1 << 40, using: &random) }
        let sampler = Sampler(
            procRoot: tree.procRoot, sysRoot: tree.sysRoot, units: .usual,
            now: {
                .seconds(
                    seconds.withLock {
                        $0 += step
                        return $0
                    })
            },
            mountWatch: MountWatch(deadline: .seconds(60), clock: .continuous) { place in
                let at = place == "/" ? 0 : 3
                return FileSystemFigures(
                    totalBytes: numbers[at], availableBytes: numbers[at + 1], usedBytes: numbers[at + 2],
                    inodesTotal: numbers[at + 3], inodesFree: numbers[at + 4])
            })
        for _ in 0..<2 {
            var files = proc.mapValues { changed($0, &random) }
            // Without these there is no reading, or none of a time that there can be.
            files["loadavg"] = proc["loadavg"]
            files["uptime"] = proc["uptime"]
            files["meminfo", default: ""] += "\nMemTotal: 1000 kB\nMemAvailable: 500 kB\n"
            try tree.writeProc(files)
            try tree.writeSys(Self.groups.mapValues { changed($0, &random) })
            if seconds.withLock({ $0 }) == 0 { _ = try await sampler.sample() }
        }
        return try await sampler.sample()
    }

    /// The shares in JSON, by their paths; what is a share of one core may exceed 100.
    private func shares(_ json: Any, _ path: String = "") -> [(path: String, value: Double)] {
        if let object = json as? [String: Any] {
            var found: [(path: String, value: Double)] = []
            for (key, value) in object where key != "cpuPercent" {
                found += shares(value, path + "." + key)
            }
            return found
        }
        if let array = json as? [Any] { return array.flatMap { shares($0, path) } }
        guard path.hasSuffix("Percent"), let number = json as? Double else { return [] }
        return [(path, number)]
    }

    @Test(arguments: [KernelFiles.linux2_6, KernelFiles.linux5_4].indices)
    func noShareLeavesItsRange(kernel: Int) async throws {
        var random = SeededRandom(seed: UInt64(kernel) + 17)
        var seen: Set<String> = []
        var refused: Set<String> = []
        for round in 0..<150 {
            let sample = try await sample([KernelFiles.linux2_6, KernelFiles.linux5_4][kernel], &random)
            let json = try JSONEncoder().encode(TelemetryReport(sample: sample))
            let told = shares(try JSONSerialization.jsonObject(with: json))
            for (path, value) in told { #expect((0...100).contains(value), "\(round): \(path) \(value)") }
            seen.formUnion(told.map(\.path))
            for gauge in Gauge.allCases where gauge.traits.unit == .percent {
                guard let value = gauge.traits.value(sample) else { continue }
                #expect((0...100).contains(value), "\(round): \(gauge) \(value)")
            }
            for system in sample.fileSystems {
                for value in [system.usedPercent, system.inodesUsedPercent].compactMap(\.self) {
                    #expect((0...100).contains(value), "\(round): \(system)")
                }
            }
            do {
                _ = try JSONDecoder().decode(TelemetryReport.self, from: json)
            } catch let error as InvalidValue {
                refused.insert(error.field)
            }
        }
        #expect(refused.isEmpty)
        #expect(seen.contains { $0.hasSuffix("Percent") })
    }
}
