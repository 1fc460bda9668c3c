import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

/// Machines whose files say what is impossible, hidden, or only half of it. Each is two readings, ten seconds apart.
struct OddMachineTests {
    private let machine: OddMachine

    init() throws { machine = try OddMachine() }

    private func samples(_ proc: [[String: String]], sys: [[String: String]] = [[:], [:]]) async throws
        -> Sample
    { try await machine.samples(proc, sys: sys) }

    private func sample(_ proc: [String: String] = [:], sys: [String: String] = [:]) async throws -> Sample {
        try await machine.sample(proc, sys: sys)
    }

    // MARK: File systems

    /// The full one comes last by its name.
    @Test func theFullestOfManyMountsIsTold() async throws {
        let lines = (100..<300).map {
            "\($0) 1 8:\($0) / /srv/\($0)-\($0 == 299 ? 99 : 10) rw - ext4 /dev/sd\($0) rw\n"
        }
        let sample = try await sample([
            "self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n" + lines.joined()
        ])
        #expect(sample.fileSystems.count == 64)
        #expect(sample.fileSystems.first?.mountPoint == "/")
        #expect(sample.fileSystems.last?.usedPercent == 99)
        #expect(sample.fileSystemsLeftOut == 201 - 64)
    }

    /// What somebody has mounted says of itself that it is full.
    @Test func mountsOfUsersCrowdNobodyOut() async throws {
        let own = (10..<30).map { "\($0) 1 8:\($0) / /srv/\($0)-20 rw - ext4 /dev/sd\($0) rw\n" }
        let foreign = (100..<300).map { "\($0) 1 0:\($0) / /a/\($0)-100 rw - fuse.sshfs x\($0) rw\n" }
        let sample = try await sample(["self/mountinfo": (foreign + own).joined()])
        #expect(sample.fileSystems.count { $0.type == "ext4" } == 20)
    }

    @Test func whatSharesItsSpaceIsOneFileSystem() async throws {
        let sample = try await sample([
            "self/mountinfo": """
            1 0 0:21 / / rw - zfs rpool/ROOT/debian rw
            2 1 0:22 / /home rw - zfs rpool/home rw
            3 1 0:23 / /var/lib/docker/a rw - zfs rpool/docker/a rw
            4 1 0:24 / /tank rw - zfs tank rw
            5 1 0:30 /@ /mnt/data rw - btrfs /dev/sdb1 rw,subvol=/@
            6 1 0:31 /@snap /mnt/data/snap rw - btrfs /dev/sdb1 rw,subvol=/@snap
            7 1 0:32 / /mnt/other rw - btrfs /dev/sdc1 rw
            8 1 8:5 / /srv rw - ext4 /dev/sdd5 rw
            9 1 8:5 /www /var/www rw - ext4 /dev/sdd5 rw
            10 1 8:5 /etc/hosts /etc/hosts rw - ext4 /dev/sdd5 rw

            """
        ])
        #expect(sample.fileSystems.map(\.mountPoint) == ["/", "/mnt/data", "/mnt/other", "/srv", "/tank"])
    }

    @Test func aMountUnderAnotherIsNotToldWithTheFiguresOfThat() {
        func places(_ table: String) -> [String] { Mount.all(mountinfo: table.bytes).map(\.mountPoint) }
        let root = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        // /data is mounted over after /data/a was: what answers at /data/a is /data.
        #expect(
            places(root + "2 1 8:2 / /data/a rw - ext4 /dev/sdb1 rw\n3 1 8:3 / /data rw - xfs /dev/sdc1 rw\n")
                == ["/", "/data"])
        #expect(
            places(root + "3 1 8:3 / /data rw - xfs /dev/sdc1 rw\n2 3 8:2 / /data/a rw - ext4 /dev/sdb1 rw\n")
                == ["/", "/data", "/data/a"])
        // Hidden by what is not reported itself.
        #expect(
            places(root + "2 1 8:2 / /run/a rw - ext4 /dev/sdb1 rw\n3 1 0:9 / /run rw - tmpfs tmpfs rw\n")
                == ["/"])
        // Three at one place, and one above the newest of them.
        #expect(
            places(
                root + "2 1 8:2 / /d rw - ext4 /dev/b rw\n3 2 8:3 / /d rw - ext4 /dev/c rw\n"
                    + "4 3 8:4 / /d rw - ext4 /dev/d rw\n5 4 8:5 / /d/e rw - ext4 /dev/e rw\n") == [
                    "/", "/d", "/d/e",
                ])
        // What is itself hidden hides nothing.
        #expect(
            places(
                root + "2 1 8:2 / /m/a rw - ext4 /dev/b rw\n3 1 8:3 / /m rw - ext4 /dev/c rw\n"
                    + "4 3 8:4 / /m/a/b rw - ext4 /dev/d rw\n") == ["/", "/m", "/m/a/b"])
        // The old table has its order alone.
        #expect(
            Mount.all(
                mounts: "/dev/b /d/a ext4 rw 0 0\n/dev/c /d ext4 rw 0 0\n/dev/e /d/e ext4 rw 0 0\n".bytes
            )
            .map(\.mountPoint) == ["/d", "/d/e"])
    }

    // MARK: Memory

    private static let memories: [(meminfo: String, used: Double?, swapUsed: Double?)] = [
        ("MemTotal: 1000 kB\nMemAvailable: 7629 kB\nSwapTotal: 100 kB\nSwapFree: 300 kB\n", 0, 0),
        (
            "MemTotal: 1000 kB\nMemFree: 2000 kB\nBuffers: 5 kB\nCached: 6 kB\nSwapTotal: 0 kB\nSwapFree: 3 kB\n",
            0, nil
        ),
        ("MemTotal: 0 kB\nMemAvailable: 5 kB\nSwapTotal: 8 kB\nSwapFree: 6 kB\n", nil, 25),
    ]

    @Test(arguments: memories)
    func noShareOfMemoryLeavesTheHundred(_ meminfo: String, _ used: Double?, _ swapUsed: Double?) async throws
    {
        let memory = try #require(try await sample(["meminfo": meminfo]).memory)
        #expect(memory.usedPercent == used)
        #expect(memory.swapUsedPercent == swapUsed)
    }

    @Test func sharesAreClampedWhereverTheyAreMade() {
        #expect(Share.percent(-1, of: 10) == 0)
        #expect(Share.percent(11, of: 10) == 100)
        #expect(Share.percent(1, of: 0) == nil)
        #expect(Share.percent(.nan, of: 1) == nil)
        var memory = Sample.Memory()
        (memory.totalBytes, memory.availableBytes) = (10, 76)
        (memory.swapTotalBytes, memory.swapFreeBytes) = (10, 76)
        #expect(memory.usedPercent == 0)
        #expect(memory.swapUsedPercent == 0)
        var modes = Sample.CPUModes()
        (modes.idlePercent, modes.ioWaitPercent) = (90, 40)
        #expect(modes.busyPercent == 0)
    }

    @Test func theCacheOfZFSCanBeHadBack() async throws {
        func available(_ arcstats: String) async throws -> Int64? {
            try await sample(["spl/kstat/zfs/arcstats": arcstats]).memory?.availableBytes
        }
        let head = "13 1 0x01 96 26112 1 2\nname type data\n"
        #expect(try await available(head + "c_min 4 102400\nsize 4 204800\n") == 600 << 10)
        #expect(try await available(head + "c_min 4 102400\nsize 4 51200\n") == 500 << 10)
        #expect(try await available(head + "c_min 4 0\nsize 4 999999999\n") == 1000 << 10)
    }

    // MARK: Counters

    private func interface(_ name: String, _ bytes: UInt64) -> String {
        "\(name): \(bytes) 1 0 0 0 0 0 0 \(bytes) 1 0 0 0 0 0 0\n"
    }

    /// Below 2^32 by chance: read as a wrap it would be a gigabyte a second.
    @Test func aCounterThatBeganAnewTellsNothing() async throws {
        let sample = try await samples(
            [["net/dev": interface("eth0", 3_000_002_000)], ["net/dev": interface("eth0", 1_000)]],
            sys: [["class/net/eth0/device": ""], [:]])
        #expect(sample.networks.isEmpty)
        #expect(Rates.growth(3_000_002_000, 1_000) == nil)
        #expect(Rates.growth(3_000_002_000, 1_000, .bits32) == 1_294_966_296)
    }

    /// It has been made anew and has already carried more than its predecessor.
    @Test func anInterfaceMadeAnewBeginsAnew() async throws {
        let sample = try await samples(
            [["net/dev": interface("tun0", 1_000)], ["net/dev": interface("tun0", 9_000_000_000)]],
            sys: [["class/net/tun0/ifindex": "4\n"], ["class/net/tun0/ifindex": "5\n"]])
        #expect(sample.networks.isEmpty)
        let next = try await self.sample(["net/dev": interface("tun0", 9_000_010_000)])
        #expect(next.networks.map(\.receivedBytesPerSecond) == [0])
    }

    @Test func aDiskPluggedInUnderTheSameNameBeginsAnew() async throws {
        let line = { (n: Int) in "8 0 sda \(n) 0 \(n) 1 \(n) 0 \(n) 1 0 1 1\n" }
        let sample = try await samples(
            [["diskstats": line(10)], ["diskstats": line(1_000_000)]],
            sys: [["block/sda/device": "", "block/sda/diskseq": "1\n"], ["block/sda/diskseq": "9\n"]])
        #expect(sample.disks.isEmpty)
    }

    private func counted(_ interfaces: [String], sys: [String: String]) async throws -> [String] {
        try await samples(
            [1_000, 2_000].map { bytes in ["net/dev": interfaces.map { interface($0, bytes) }.joined()] },
            sys: [sys, [:]]
        ).networks.map(\.interface)
    }

    @Test func whatIsBelowAnotherIsCountedOnce() async throws {
        // A bond has no device of its own.
        #expect(
            try await counted(
                ["lo", "enp1s0", "enp2s0", "bond0"],
                sys: [
                    "class/net/enp1s0/device": "", "class/net/enp2s0/device": "",
                    "class/net/enp1s0/upper_bond0": "",
                    "class/net/enp2s0/upper_bond0": "", "class/net/bond0/bonding/mode": "",
                ]) == ["enp1s0", "enp2s0"])
    }

    /// Both have a device; the fast one carries what the other counts.
    @Test func theFastPathOfACloudsCardIsCountedOnce() async throws {
        #expect(
            try await counted(
                ["eth0", "enP1s1"],
                sys: [
                    "class/net/eth0/device": "", "class/net/enP1s1/device": "",
                    "class/net/enP1s1/upper_eth0": "",
                ])
                == ["eth0"])
    }

    @Test func inAContainerABridgeStandsForItsPorts() async throws {
        #expect(
            try await counted(
                ["lo", "br0", "veth1", "veth2", "eth0", "eth0.7"],
                sys: [
                    "class/net/veth1/upper_br0": "", "class/net/veth2/upper_br0": "",
                    "class/net/eth0/upper_eth0.7": "",
                ])
                == ["br0", "eth0.7"])
    }

    @Test func partitionsAreNotAddedToTheirDisks() async throws {
        let names = [
            "sda", "sda1", "sda15", "nvme0n1", "nvme0n1p2", "nvme1n1", "mmcblk0", "mmcblk0p1", "vda", "dm-0",
            "xvda1",
        ]
        let lines = names.map { "8 0 \($0) 1 0 1 1 1 0 1 1 0 1 1\n" }.joined()
        let sample = try await sample(["diskstats": lines])
        #expect(sample.disks.map(\.device) == ["sda", "nvme0n1", "nvme1n1", "mmcblk0", "vda", "xvda1"])
        var reading = Reading(moment: .seconds(0))
        reading.disks = DiskCounters.all(lines.bytes)
        PhysicalDevices.filterByName(&reading)
        #expect(reading.disks.map(\.device) == sample.disks.map(\.device))
    }

    // MARK: Processes and cores

    @Test func hiddenProcessesAreToldAsHidden() async throws {
        let own = "7 (a) R 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 5 0 4 0\n"
        let mounts = { (options: String) in "21 1 0:5 / /proc rw - proc proc \(options)\n" }
        for options in [
            "rw,hidepid=2", "rw,hidepid=invisible", "rw,gid=4,hidepid=1", "rw,hidepid=ptraceable",
        ] {
            let sample = try await sample(["7/stat": own, "self/mountinfo": mounts(options)])
            #expect(sample.processes?.onlyOwn == true)
        }
        #expect(try await sample(["self/mountinfo": mounts("rw,hidepid=0")]).processes?.onlyOwn == nil)
        #expect(try await sample(["self/mountinfo": mounts("rw")]).processes?.onlyOwn == nil)
        // Whoever may see all of them does.
        let first = "1 (init) S 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 5 0 4 0\n"
        #expect(
            try await sample(["1/stat": first, "self/mountinfo": mounts("rw,hidepid=2")]).processes?.onlyOwn
                == nil)
    }

    @Test func theBusiestOfManyCoresIsTold() async throws {
        func stat(_ times: Int) -> String {
            let cores = (0..<512).map { core in
                core == 400 ? "cpu400 \(times * 1000) 0 0 0\n" : "cpu\(core) \(times) 0 0 \(times * 999)\n"
            }
            return "cpu \(times * 1511) 0 0 \(times * 510_489)\n" + cores.joined()
        }
        let cpu = try #require(try await samples([["stat": stat(1)], ["stat": stat(2)]]).cpu)
        #expect(cpu.cores.count == 256)
        #expect(cpu.coresLeftOut == 256)
        #expect(cpu.cores.first { $0.core == 400 }?.busyPercent == 100)
        #expect(cpu.cores.compactMap(\.core) == cpu.cores.compactMap(\.core).sorted())
    }

    /// 5 % busy: 50 ticks of a thousand. The idle time of the interval is missing.
    @Test(arguments: [
        ("cpu 50 0 0 900 50\n", true), ("cpu 50 0 0 999 0\n", true), ("cpu 50 0 0 1000 40\n", true),
        ("cpu 50 0 0 1950 0\n", false),
    ])
    func anImpossibleIntervalHasNoShares(_ now: String, _ isImpossible: Bool) async throws {
        let before = now.hasPrefix("cpu 50 0 0 1000 40") ? "cpu 0 0 0 1000 100\n" : "cpu 0 0 0 1000 0\n"
        let cpu = try await samples([["stat": before + "cpu0 0 0 0 1\n"], ["stat": now + "cpu0 0 0 0 2\n"]])
            .cpu
        #expect((cpu == nil) == isImpossible)
        if let cpu { #expect(cpu.all.busyPercent == 5) }
    }

    // MARK: Sensors

    @Test func sensorsThatAreStuckAreMarked() async throws {
        try machine.tree.writeSys([
            "class/hwmon/hwmon0/name": "chip\n", "class/hwmon/hwmon0/temp1_input": "127000\n",
            "class/hwmon/hwmon0/temp2_input": "45000\n", "class/hwmon/hwmon0/temp3_input": "-55000\n",
            "class/hwmon/hwmon0/temp4_input": "95000\n",
        ])
        var marks: [Bool?] = []
        for reading in 0...Sensors.maxRepetitions {
            try machine.tree.writeSys(["class/hwmon/hwmon0/temp4_input": "\(90_000 + reading % 2)\n"])
            marks = try await machine.sampler.sample().temperatures.map(\.isDoubtful)
            if reading < Sensors.maxRepetitions { #expect(marks == [true, nil, true, nil]) }
        }
        #expect(marks == [true, true, true, nil])
        try machine.tree.writeSys(["class/hwmon/hwmon0/temp2_input": "46000\n"])
        #expect(try await machine.sampler.sample().temperatures[1].isDoubtful == nil)
    }

    // MARK: Containers

    private let host = [
        "meminfo": "MemTotal: 100000 kB\nMemAvailable: 90000 kB\nSwapTotal: 5000 kB\nSwapFree: 5000 kB\n"
    ]

    private func stat(_ times: Int) -> [String: String] {
        [
            "stat": "cpu \(times * 100) 0 0 \(times * 3900)\n"
                + (0..<4).map { "cpu\($0) \(times * 25) 0 0 \(times * 975)\n" }.joined()
        ]
    }

    @Test func inAContainerSharesAreOfItsLimits() async throws {
        let group = [
            "fs/cgroup/cgroup.controllers": "cpu memory\n", "fs/cgroup/memory.max": "10240000\n",
            "fs/cgroup/memory.current": "8192000\n",
            "fs/cgroup/memory.stat": "anon 1\ninactive_file 3072000\n",
            "fs/cgroup/memory.swap.max": "0\n", "fs/cgroup/memory.swap.current": "0\n",
            "fs/cgroup/cpu.max": "50000 100000\n",
        ]
        let sample = try await samples(
            [host.merging(stat(1)) { $1 }, stat(2)],
            sys: [
                group.merging(["fs/cgroup/cpu.stat": "usage_usec 0\nuser_usec 1000000\nsystem_usec 0\n"]) {
                    $1
                },
                ["fs/cgroup/cpu.stat": "usage_usec 9\nuser_usec 4000000\nsystem_usec 1000000\n"],
            ])
        #expect(sample.container == Sample.Container(memoryMaxBytes: 10_240_000, cpuCores: 0.5))
        #expect(sample.memory?.totalBytes == 10_240_000)
        #expect(sample.memory?.usedPercent == 50)
        #expect(sample.memory?.swapTotalBytes == 0)
        // 3 s and 1 s of 5 s.
        #expect(sample.cpu?.all.userPercent == 60)
        #expect(sample.cpu?.all.systemPercent == 20)
        #expect(sample.cpu?.all.busyPercent == 80)
    }

    /// The limit of a service is not that of the machine it watches.
    @Test func theLimitOfAServiceIsNotTheMachines() async throws {
        let sample = try await samples(
            [
                host.merging(stat(1)) { $1 }.merging(["self/cgroup": "0::/system.slice/probe.service\n"]) {
                    $1
                }, stat(2),
            ],
            sys: [
                [
                    "fs/cgroup/cgroup.controllers": "cpu memory\n",
                    "fs/cgroup/system.slice/probe.service/memory.max": "10240000\n",
                    "fs/cgroup/system.slice/probe.service/memory.current": "1024\n",
                ], [:],
            ])
        #expect(sample.container == nil)
        #expect(sample.memory?.usedPercent == 10)
        #expect(sample.cpu?.all.busyPercent == 2.5)
        #expect(sample.cgroup?.memoryMaxBytes == 10_240_000)
    }

    @Test(arguments: [("max\n", "max 100000\n"), ("999999999999\n", "900000 100000\n"), ("0\n", "0 0\n")])
    func aContainerWithoutLimitsShowsTheMachine(_ memory: String, _ cpu: String) async throws {
        let sample = try await samples(
            [host.merging(stat(1)) { $1 }, stat(2)],
            sys: [
                [
                    "fs/cgroup/memory.max": memory, "fs/cgroup/memory.current": "5\n",
                    "fs/cgroup/cpu.max": cpu,
                ], [:],
            ])
        #expect(sample.container == nil)
        #expect(sample.memory?.usedPercent == 10)
    }
}
