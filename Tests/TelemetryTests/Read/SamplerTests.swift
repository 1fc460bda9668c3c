import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

struct SamplerTests {
    /// A sampler over a tree whose clock moves ten seconds with each sample.
    private func sampler(_ tree: FixtureTree) -> Sampler {
        return Sampler(
            procRoot: tree.procRoot, sysRoot: tree.sysRoot, units: .usual,
            now: everyFiveSeconds(),
            mountWatch: MountWatch(deadline: .seconds(60), clock: .continuous) { _ in
                FileSystemFigures(
                    totalBytes: 1000, availableBytes: 250, usedBytes: 750, inodesTotal: 10, inodesFree: 5)
            })
    }

    private let process =
        "1 (init) S 0 1 1 0 -1 4194560 1 2 3 4 150 50 7 8 20 0 1 0 33 170000000 3000 18446744073709551615\n"

    @Test func modernServerIsReadWhole() async throws {
        let tree = try FixtureTree(
            proc: KernelFiles.linux5_4.merging([
                "1/stat": process, "self/cgroup": "0::/system.slice/probe.service\n",
                "self/mountinfo": "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "meta/stat": "no process",
            ]) { $1 },
            sys: [
                "block/sda/device": "", "block/sdb/device": "", "class/net/enp1s0/device": "",
                "class/net/enp2s0/device": "", "fs/cgroup/cgroup.controllers": "cpu memory\n",
                "fs/cgroup/system.slice/probe.service/memory.current": "12582912\n",
                "fs/cgroup/system.slice/probe.service/memory.max": "max\n",
                "fs/cgroup/system.slice/probe.service/memory.events": "low 0\noom 1\noom_kill 1\n",
                "fs/cgroup/system.slice/probe.service/pids.current": "4\n",
                "fs/cgroup/system.slice/probe.service/cpu.stat": "usage_usec 5000000\n",
                "class/hwmon/hwmon0/name": "coretemp\n", "class/hwmon/hwmon0/temp1_input": "45500\n",
                "class/hwmon/hwmon0/temp1_label": "Package id 0\n", "class/hwmon/hwmon1/name": "nvme\n",
                "class/hwmon/hwmon1/temp1_input": "38850\n", "class/hwmon/hwmon2/name": "nvme\n",
                "class/hwmon/hwmon2/temp1_input": "40850\n", "class/hwmon/hwmon2/temp2_input": "gone\n",
            ])
        let sampler = sampler(tree)
        let first = try await sampler.sample()
        #expect(first.intervalSeconds == nil)
        #expect(first.cpu == nil)
        #expect(first.disks.isEmpty)
        #expect(first.host.name == "db-7")
        #expect(first.host.kernel == "5.4.0-100-generic")
        #expect(first.load == Sample.Load(one: 3.75, five: 2.5, fifteen: 1.25))
        #expect(first.pressure?.memory?.fullAvg10Percent == 0.75)
        #expect(first.fileDescriptors?.allocated == 3200)
        #expect(first.tcp?.established == 42)
        #expect(first.processes?.count == 1)
        #expect(first.processes?.topByMemory.map(\.name) == ["init"])
        #expect(first.cgroup?.memoryBytes == 12_582_912)
        #expect(first.cgroup?.memoryMaxBytes == nil)
        #expect(first.cgroup?.oomKills == 1)
        #expect(
            first.temperatures == [
                .init(sensor: "coretemp Package id 0", celsius: 45.5),
                .init(sensor: "nvme temp1", celsius: 38.85),
                .init(sensor: "nvme temp1 #2", celsius: 40.85),
            ])
        #expect(first.fileSystems.map(\.mountPoint) == ["/"])
        #expect(first.fileSystems.first?.usedPercent == 75)
        #expect(first.probe?.residentBytes == 1_794_048)

        try tree.writeProc(["uptime": "4721.08 18010.12\n"])
        let second = try await sampler.sample()
        #expect(second.intervalSeconds == 10)
        #expect(second.disks.map(\.device) == ["sda", "sdb"])
        #expect(second.networks.map(\.interface) == ["enp1s0", "enp2s0"])
        #expect(second.probe?.sampleMilliseconds == 5000)
    }

    @Test func oldKernelsGiveWhatTheyHave() async throws {
        let tree = try FixtureTree(proc: KernelFiles.linux2_6)
        let sampler = sampler(tree)
        _ = try await sampler.sample()
        let sample = try await sampler.sample()
        #expect(sample.disks.map(\.device) == ["sda"])
        #expect(sample.networks.map(\.interface) == ["eth0"])
        #expect(sample.memory?.swapTotalBytes == 979_956 << 10)
        #expect(sample.pressure == nil)
        #expect(sample.tcp == nil)
        #expect(sample.cgroup == nil)
        #expect(sample.processes == nil)
        #expect(sample.temperatures.isEmpty)
        #expect(sample.fileSystems.isEmpty)
    }

    @Test(arguments: KernelFiles.linux5_4.keys.filter { $0 != "stat" && $0 != "meminfo" }.sorted())
    func aMissingFileIsAMissingValue(name: String) async throws {
        var files = KernelFiles.linux5_4
        files[name] = nil
        let tree = try FixtureTree(proc: files)
        #expect(try await sampler(tree).sample().memory?.usedPercent == 50)
    }

    @Test func aMachineThatShowsNothingIsAnError() async throws {
        let tree = try FixtureTree(proc: ["loadavg": "0.20 0.18 0.12 1/80 11206\n"])
        let sampler = sampler(tree)
        await #expect(throws: SamplerError.nothingToRead) { try await sampler.sample() }
        try tree.writeProc(["meminfo": "MemTotal: 1 kB\n"])
        #expect(try await sampler.sample().memory?.totalBytes == 1024)
    }

    @Test func filesLargerThanTheBufferAreReadWhole() async throws {
        let cores = (0..<1000).map { "cpu\($0) 100 200 300 400 500 600 700 800 0 0" }.joined(separator: "\n")
        let tree = try FixtureTree(proc: ["stat": "cpu 1 2 3 4 5 6 7 8\n" + cores])
        #expect(try await sampler(tree).sample().host.coreCount == 1000)
    }

    /// The heaviest process comes last, so it is named only where the table still has room for it.
    @Test(arguments: [HostReader.maxProcessCount, HostReader.maxProcessCount + 1])
    func processesBeyondTheLimitAreCountedButNotRead(count: Int) async throws {
        var files = ["meminfo": "MemTotal: 1 kB\n"]
        for pid in 1...count {
            files["\(pid)/stat"] = "\(pid) (p) S 1 1 1 0 -1 0 0 0 0 0 5 0 0 0 20 0 1 0 0 0 \(pid) 0\n"
        }
        let tree = try FixtureTree(proc: files)
        let processes = try #require(try await sampler(tree).sample().processes)
        #expect(processes.count == count)
        #expect(processes.notLookedAt == (count > HostReader.maxProcessCount ? 1 : nil))
        let heaviest = processes.topByMemory.map(\.pid)
        #expect(heaviest.count == Sample.Processes.topCount)
        #expect(heaviest.first == Int32(HostReader.maxProcessCount))
    }

    /// Neither `smaps` nor any other costly file is needed for it.
    @Test func everyReadingSaysWhatTheProbeCosts() async throws {
        let tree = try FixtureTree(proc: [
            "meminfo": "MemTotal: 1 kB\n", "self/statm": "20000 5000 4000 100 0 300 0\n",
        ])
        let sampler = sampler(tree)
        let first = try #require(try await sampler.sample().probe)
        let second = try #require(try await sampler.sample().probe)
        for cost in [first, second] {
            #expect(cost.residentBytes == 5000 << 12)
            #expect(cost.sampleMilliseconds != nil)
            #expect(cost.sampleCPUMilliseconds != nil)
        }
        #expect(first.cpuPercent == nil)
        #expect(second.cpuPercent != nil)
    }

    @Test func thisMachineIsPlausible() async throws {
        let sampler = Sampler()
        let first = try await sampler.sample()
        let second = try await sampler.sample()
        #expect(second.takenAt >= first.takenAt)
        #expect(second.takenAt > 1_700_000_000_000)
        let memory = try #require(second.memory)
        #expect((0...100).contains(try #require(memory.usedPercent)))
        #expect(try #require(second.load).one >= 0)
        #expect(try #require(second.host.coreCount) > 0)
        #expect(try #require(second.host.uptimeSeconds) > 0)
        let processes = try #require(second.processes)
        #expect(processes.count > 0)
        #expect(processes.topByMemory.count <= Sample.Processes.topCount)
        let sizes = processes.topByMemory.compactMap(\.residentBytes)
        #expect(sizes == sizes.sorted(by: >))
        let resident = try #require(second.probe?.residentBytes)
        #expect((1 << 20...1 << 36).contains(resident))
        #expect(second.networks.allSatisfy { $0.interface != "lo" })
        #expect(second.fileSystems.allSatisfy { $0.type != "proc" && $0.type != "tmpfs" })
    }
}
