import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

/// Each group of a reading, compared whole: every file is read where it stands, every counter moves by a number of its
/// own, and no two figures can be mixed up without being noticed.
struct EveryFieldTests {
    private static let still: [String: String] = [
        "loadavg": "0.25 0.50 0.75 1/80 11206\n", "uptime": "1000.50 2000.00\n",
        "sys/kernel/hostname": "db-7\n", "sys/kernel/osrelease": "6.1.0\n",
        "sys/kernel/random/boot_id": "4c6a3c2e\n", "sys/fs/file-nr": "11\t0\t12\n",
        "sys/net/netfilter/nf_conntrack_count": "13\n", "sys/net/netfilter/nf_conntrack_max": "52\n",
        "pressure/cpu":
            "some avg10=1.00 avg60=2.00 avg300=0 total=1\nfull avg10=3.00 avg60=4.00 avg300=0 total=1\n",
        "pressure/memory":
            "some avg10=5.00 avg60=6.00 avg300=0 total=1\nfull avg10=7.00 avg60=8.00 avg300=0 total=1\n",
        "pressure/io":
            "some avg10=9.00 avg60=10.00 avg300=0 total=1\nfull avg10=11.00 avg60=12.00 avg300=0 total=1\n",
        "meminfo": """
        MemTotal: 10 kB
        MemFree: 1 kB
        MemAvailable: 5 kB
        Buffers: 2 kB
        Cached: 3 kB
        SwapTotal: 8 kB
        SwapFree: 6 kB

        """,
        "net/sockstat": "TCP: inuse 5 orphan 0 tw 9 alloc 7 mem 1\n", "self/cgroup": "0::/probe\n",
        "self/statm": "9 3 2 1 0 1 0\n", "self/mountinfo": "27 1 8:1 / / ro - ext4 /dev/sda1 ro\n",
    ]

    /// What has grown by so many times its own step.
    private static func counters(_ times: Int) -> [String: String] {
        let n = { (step: Int) in 1000 + times * step }
        return [
            "stat": """
            cpu \(n(10)) \(n(20)) \(n(30)) \(n(500)) \(n(40)) \(n(50)) \(n(60)) \(n(290)) 0 0
            cpu2 \(n(100)) \(n(0)) \(n(0)) \(n(300)) \(n(0)) \(n(0)) \(n(0)) \(n(0)) 0 0
            ctxt \(n(500))
            processes \(n(20))

            """,
            "vmstat": "pswpin \(n(10))\npswpout \(n(30))\npgmajfault \(n(40))\noom_kill 7\n",
            "diskstats":
                "8 0 sda \(n(10)) 0 \(n(200)) \(n(50)) \(n(20)) 0 \(n(400)) \(n(100)) 0 \(n(2500)) 0\n",
            "net/dev": "eth0: \(n(100)) 0 \(n(10)) \(n(20)) 0 0 0 0 \(n(300)) 0 \(n(40)) \(n(50)) 0 0 0 0\n",
            "net/snmp": "Tcp: CurrEstab OutSegs RetransSegs\nTcp: 42 \(n(60)) \(n(70))\n",
            "net/netstat": "TcpExt: ListenOverflows\nTcpExt: \(n(80))\n",
            "7/stat": "7 (a b) R 1 1 1 0 -1 0 0 0 0 0 \(n(50)) \(n(100)) 0 0 20 0 1 0 5 0 4 0\n",
            "8/stat": "8 (c) Z 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 5 0 0 0\n",
            "9/stat": "9 (d) D 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 5 0 2 0\n",
        ]
    }

    /// Two hierarchies of control groups, as where version 2 stands beside version 1, and no sensor chips.
    private static let sys: [String: String] = [
        "fs/cgroup/unified/cgroup.controllers": "\n",
        "fs/cgroup/unified/probe/memory.current": "21\n", "fs/cgroup/unified/probe/memory.max": "22\n",
        "fs/cgroup/unified/probe/memory.events": "oom_kill 23\n",
        "fs/cgroup/unified/probe/pids.current": "24\n",
        "class/thermal/thermal_zone0/type": "acpitz\n", "class/thermal/thermal_zone0/temp": "41500\n",
        "class/thermal/cooling_device0/type": "Fan\n",
    ]

    private static func sample() async throws -> Sample {
        let tree = try FixtureTree(sys: sys)
        let sampler = Sampler(
            procRoot: tree.procRoot, sysRoot: tree.sysRoot, units: .usual,
            now: everyFiveSeconds(),
            mountWatch: MountWatch(deadline: .seconds(60), clock: .continuous) { _ in
                FileSystemFigures(
                    totalBytes: 1, availableBytes: 2, usedBytes: 3, inodesTotal: 4, inodesFree: 5)
            })
        for times in 0...1 {
            try tree.writeProc(still.merging(counters(times)) { $1 })
            try tree.writeSys([
                "fs/cgroup/unified/probe/cpu.stat":
                    "usage_usec \(times * 2_500_000)\nnr_periods \(times * 100)\nnr_throttled \(times * 30)\n"
            ])
            if times == 0 { _ = try await sampler.sample() }
        }
        return try await sampler.sample()
    }

    @Test func hostLoadPressureAndMemory() async throws {
        let sample = try await Self.sample()
        #expect(sample.intervalSeconds == 10)
        var host = Sample.Host()
        (host.name, host.kernel, host.bootId) = ("db-7", "6.1.0", "4c6a3c2e")
        (host.uptimeSeconds, host.coreCount) = (1000.5, 1)
        #expect(sample.host == host)
        #expect(sample.load == Sample.Load(one: 0.25, five: 0.5, fifteen: 0.75))
        func line(_ first: Double) -> Sample.Pressure.Line {
            var line = Sample.Pressure.Line()
            (line.someAvg10Percent, line.someAvg60Percent) = (first, first + 1)
            (line.fullAvg10Percent, line.fullAvg60Percent) = (first + 2, first + 3)
            return line
        }
        var pressure = Sample.Pressure()
        (pressure.cpu, pressure.memory, pressure.io) = (line(1), line(5), line(9))
        #expect(sample.pressure == pressure)
        var memory = Sample.Memory()
        (memory.totalBytes, memory.availableBytes, memory.freeBytes) = (10 << 10, 5 << 10, 1 << 10)
        (memory.buffersBytes, memory.cachedBytes) = (2 << 10, 3 << 10)
        (memory.swapTotalBytes, memory.swapFreeBytes) = (8 << 10, 6 << 10)
        (memory.swapInPagesPerSecond, memory.swapOutPagesPerSecond) = (1, 3)
        (memory.majorFaultsPerSecond, memory.oomKills) = (4, 7)
        #expect(sample.memory == memory)
    }

    @Test func processorsAndProcesses() async throws {
        let sample = try await Self.sample()
        var all = Sample.CPUModes()
        (all.userPercent, all.nicePercent, all.systemPercent, all.idlePercent) = (1, 2, 3, 50)
        (all.ioWaitPercent, all.irqPercent, all.softIRQPercent, all.stealPercent) = (4, 5, 6, 29)
        var core = Sample.CPUModes()
        (core.core, core.userPercent, core.idlePercent) = (2, 25, 75)
        #expect(sample.cpu == Sample.CPU(all: all, cores: [core], contextSwitchesPerSecond: 50))
        var busy = Sample.Process(pid: 7, name: "a b")
        (busy.cpuPercent, busy.residentBytes) = (15, 4 << 12)
        var waiting = Sample.Process(pid: 9, name: "d")
        (waiting.cpuPercent, waiting.residentBytes) = (0, 2 << 12)
        var processes = Sample.Processes()
        (processes.count, processes.running, processes.blocked, processes.zombies) = (3, 1, 1, 1)
        (processes.threads, processes.startedPerSecond) = (80, 2)
        (processes.topByCPU, processes.topByMemory) = ([busy], [busy, waiting])
        #expect(sample.processes == processes)
    }

    @Test func disksFileSystemsAndNetwork() async throws {
        let sample = try await Self.sample()
        var disk = Sample.Disk(device: "sda")
        (disk.readsPerSecond, disk.readBytesPerSecond) = (1, 10_240)
        (disk.writesPerSecond, disk.writtenBytesPerSecond) = (2, 20_480)
        (disk.busyPercent, disk.averageWaitMilliseconds) = (25, 5)
        #expect(sample.disks == [disk])
        var fileSystem = Sample.FileSystem(mountPoint: "/", device: "/dev/sda1", type: "ext4")
        (fileSystem.totalBytes, fileSystem.availableBytes, fileSystem.usedBytes) = (1, 2, 3)
        (fileSystem.inodesTotal, fileSystem.inodesFree, fileSystem.isReadOnly) = (4, 5, true)
        #expect(sample.fileSystems == [fileSystem])
        var network = Sample.Network(interface: "eth0")
        (network.receivedBytesPerSecond, network.sentBytesPerSecond) = (10, 30)
        (network.receiveErrorsPerSecond, network.receiveDropsPerSecond) = (1, 2)
        (network.sendErrorsPerSecond, network.sendDropsPerSecond) = (4, 5)
        #expect(sample.networks == [network])
        var tcp = Sample.TCP()
        (tcp.established, tcp.timeWait) = (42, 9)
        (tcp.segmentsSentPerSecond, tcp.retransmitsPerSecond, tcp.listenOverflowsPerSecond) = (6, 7, 8)
        #expect(sample.tcp == tcp)
        #expect(sample.fileDescriptors == Sample.FileDescriptors(allocated: 11, max: 12))
        #expect(sample.trackedConnections == Sample.TrackedConnections(count: 13, max: 52))
        #expect(Metric.trackedConnectionsPercent.traits.value(sample) == 25)
    }

    @Test func groupTemperaturesAndOwnCost() async throws {
        let sample = try await Self.sample()
        var group = Sample.CGroup()
        (group.memoryBytes, group.memoryMaxBytes, group.oomKills, group.processes) = (21, 22, 23, 24)
        (group.cpuPercent, group.throttledPercent) = (25, 30)
        #expect(sample.cgroup == group)
        #expect(sample.temperatures == [.init(sensor: "acpitz", celsius: 41.5)])
        let cost = try #require(sample.probe)
        #expect(cost.residentBytes == 3 << 12)
        #expect(cost.sampleMilliseconds == 5000)
        #expect(cost.cpuPercent != nil && cost.sampleCPUMilliseconds != nil)
    }
}
