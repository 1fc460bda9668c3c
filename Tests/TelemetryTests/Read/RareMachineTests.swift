import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

/// Machines of kinds that are rare: old controllers, many disks, boards without sensor chips, containers of old hosts.
struct RareMachineTests {
    private let machine: OddMachine

    init() throws { machine = try OddMachine() }

    // MARK: Disks and interfaces

    private func disks(_ lines: [String], sys: [String: String] = [:]) async throws -> [String] {
        try await machine.samples(
            [1, 2].map { time in
                ["diskstats": lines.map { "8 0 \($0) \(time) 0 8 1 0 0 0 0 0 1 1\n" }.joined()]
            },
            sys: [sys, [:]]
        ).disks.map(\.device)
    }

    @Test func disksOfOldControllersHaveASlashInTheirNames() async throws {
        let found = try await disks(
            ["cciss/c0d0", "cciss/c0d0p1", "sda", "sda1"],
            sys: ["block/cciss!c0d0/device": "", "block/sda/device": ""])
        #expect(found == ["cciss/c0d0", "sda"])
    }

    @Test func disksOfTheNetworkAreDisks() async throws {
        let names = [
            "sda", "rbd0", "rbd0p1", "nbd3", "dm-0", "md0", "zd16", "drbd1", "bcache0", "zram0", "loop4",
        ]
        #expect(try await disks(names, sys: ["block/sda/device": ""]) == ["sda", "rbd0", "nbd3"])
        #expect(try await disks(names) == ["sda", "rbd0", "nbd3"])
    }

    /// Where the kernel counts on the paths alone, these are told.
    @Test(arguments: [(1, ["nvme0n1"]), (0, ["nvme0n1", "nvme0c0n1", "nvme0c1n1"])])
    func pathsToADiskAreNotAddedToIt(count: Int, expected: [String]) async throws {
        let found = try await machine.samples(
            [1, 2].map { time in
                [
                    "diskstats": """
                    259 0 nvme0n1 \(count * time) 0 8 1 0 0 0 0 0 1 1
                    259 1 nvme0c0n1 \(time) 0 8 1 0 0 0 0 0 1 1
                    259 2 nvme0c1n1 \(time) 0 8 1 0 0 0 0 0 1 1

                    """
                ]
            }
        ).disks.map(\.device)
        #expect(found == expected)
    }

    @Test func theBusiestOfManyDisksIsTold() async throws {
        func stats(_ time: Int) -> String {
            (100..<300).map { disk in
                let busy = disk == 250 ? time * 9000 : time
                return "8 0 sdx\(disk)x \(time) 0 8 1 0 0 0 0 0 \(busy) 1\n"
            }.joined()
        }
        let sample = try await machine.samples([["diskstats": stats(1)], ["diskstats": stats(2)]])
        #expect(sample.disks.count == 64)
        #expect(sample.disks.first { $0.device == "sdx250x" }?.busyPercent == 90)
        #expect(sample.disks.map(\.device) == sample.disks.map(\.device).sorted())
    }

    @Test func theBusiestOfManyInterfacesIsTold() async throws {
        func counters(_ time: Int) -> String {
            (100..<300).map { card in
                let bytes = card == 250 ? time * 1_000_000 : time
                return "eth\(card): \(bytes) 1 0 0 0 0 0 0 \(bytes) 1 0 0 0 0 0 0\n"
            }.joined()
        }
        let sample = try await machine.samples([["net/dev": counters(1)], ["net/dev": counters(2)]])
        #expect(sample.networks.count == 64)
        #expect(sample.networks.first { $0.interface == "eth250" }?.sentBytesPerSecond == 100_000)
    }

    // MARK: Memory

    /// What processes share counts as cache, and cannot be had back.
    @Test func sharedMemoryIsNotAvailableOnOldKernels() async throws {
        let memory = try await machine.sample([
            "meminfo": """
            MemTotal: 1000 kB
            MemFree: 100 kB
            Buffers: 50 kB
            Cached: 600 kB
            Shmem: 550 kB
            SReclaimable: 20 kB

            """
        ]).memory
        #expect(memory?.availableBytes == 225_280)
        #expect(memory?.usedPercent == 78)
    }

    @Test func oddLinesCostNoOthers() async throws {
        let sample = try await machine.samples([
            [:],
            [
                "stat":
                    "cpu 1 2 3 4\nintr \(String(repeating: "0 ", count: 60_000))\nctxt\nprocesses -2049562273\n",
                "loadavg": "1.00 2.00 3.00 1/18446744073709551615 7\n",
                "sys/fs/file-nr": "992\t0\t9223372036854775807\n",
                "meminfo":
                    "MemTotal: 1000 kB\nHugePages_Total: 4\nOdd\nMemAvailable: 400 kB\nMemAvailable kB\n",
                "net/snmp": "Tcp: RtoAlgorithm MaxConn CurrEstab New\nTcp: 1 -1 7 8 9 10\n",
                "uptime": "12.5\n",
            ],
        ])
        #expect(sample.load?.one == 1)
        #expect(sample.processes?.threads == nil)
        #expect(sample.fileDescriptors?.max == .max)
        #expect(sample.memory?.usedPercent == 60)
        #expect(sample.tcp?.established == 7)
        #expect(sample.host.uptimeSeconds == 12.5)
    }

    // MARK: Sensors

    @Test func theHottestOfManySensorsIsTold() async throws {
        var sys: [String: String] = [:]
        for core in 100..<200 {
            sys["class/hwmon/hwmon\(core)/name"] = "coretemp\n"
            sys["class/hwmon/hwmon\(core)/temp1_input"] =
                core == 170 ? "91000\n" : core == 171 ? "127000\n" : "40000\n"
        }
        let temperatures = try await machine.sample(sys: sys).temperatures
        #expect(temperatures.count == Sensors.maxCount)
        #expect(temperatures.contains { $0.celsius == 91 })
        #expect(!temperatures.contains { $0.isDoubtful == true })
    }

    @Test func zonesBesideChipsAreTold() async throws {
        let temperatures = try await machine.sample(sys: [
            "class/hwmon/hwmon0/name": "nvme\n", "class/hwmon/hwmon0/temp1_input": "38850\n",
            "class/hwmon/hwmon1/name": "gpu_thermal\n", "class/hwmon/hwmon1/temp1_input": "50000\n",
            "class/thermal/thermal_zone0/type": "cpu-thermal\n",
            "class/thermal/thermal_zone0/temp": "61000\n",
            "class/thermal/thermal_zone1/type": "gpu-thermal\n",
            "class/thermal/thermal_zone1/temp": "50000\n",
            "class/thermal/thermal_zone1/hwmon1/name": "gpu_thermal\n",
            "class/thermal/thermal_zone2/type": "x86_pkg_temp\n",
            "class/thermal/thermal_zone2/temp": "60000\n",
            "class/thermal/thermal_zone3/type": "battery\n", "class/thermal/thermal_zone3/temp": "-273200\n",
            "class/thermal/thermal_zone4/type": "pmic\n",
            "class/thermal/thermal_zone4/temp": "not available\n",
        ]).temperatures
        #expect(temperatures.map(\.sensor) == ["nvme temp1", "gpu_thermal temp1", "cpu-thermal"])
    }

    // MARK: File systems

    /// What the engine of containers mounts into each fills up with the disk of the host, which is told as the root.
    @Test func filesOfTheContainerEngineAreNoFileSystems() {
        let table = """
            1 0 0:99 / / rw - overlay overlay rw
            2 1 8:1 /var/lib/docker/containers/a/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw
            3 1 8:1 /var/lib/docker/containers/a/hostname /etc/hostname rw - ext4 /dev/sda1 rw
            4 1 8:1 /var/lib/docker/containers/a/hosts /etc/hosts rw - ext4 /dev/sda1 rw
            5 1 8:2 /pods/a/containers/b /dev/termination-log rw - xfs /dev/sdb1 rw
            6 1 8:2 /volumes/c /data rw - xfs /dev/sdb1 rw

            """
        #expect(Mount.all(mountinfo: table.bytes).map(\.mountPoint) == ["/", "/data"])
    }

    @Test func snapshotsOfAPoolAreNoPoolsOfTheirOwn() {
        let table = """
            1 0 0:21 / /tank rw - zfs tank rw
            2 1 0:22 / /tank/.zfs/snapshot/daily ro - zfs tank@daily ro
            3 1 0:23 / /tank/home/.zfs/snapshot/daily ro - zfs tank/home@daily ro

            """
        #expect(Mount.all(mountinfo: table.bytes).map(\.mountPoint) == ["/tank"])
    }

    // MARK: Containers that are bound to a few cores, which have no limit of time

    @Test(arguments: [
        ("0-1\n", "max 100000\n", 2), ("0,3\n", "max 100000\n", 2), ("2\n", "150000 100000\n", 1),
        ("0-1\n", "50000 100000\n", 0.5),
    ])
    func containerOnAFewCoresHasThose(cores: String, time: String, expected: Double) async throws {
        let sample = try await container(
            [
                "cgroup.type": "domain\n", "cpuset.cpus.effective": cores, "cpu.max": time,
                "cpu.stat": "user_usec 0\nsystem_usec 0\n",
            ], later: ["cpu.stat": "user_usec \(Int(expected * 5_000_000))\nsystem_usec 0\n"])
        #expect(sample.container?.cpuCores == expected)
        #expect(sample.cpu?.all.busyPercent == 50)
    }

    @Test(arguments: [
        ["cpuset.cpus.effective": "0-1\n"], ["cgroup.type": "domain\n", "cpuset.cpus.effective": "0-3\n"],
        ["cgroup.type": "domain\n", "cpuset.cpus.effective": "\n"],
        ["cgroup.type": "domain\n", "cpuset.cpus.effective": "3-1,x,-,0-18446744073709551615\n"],
    ])
    func machineIsNotTakenForSuchAContainer(group: [String: String]) async throws {
        let sample = try await container(group)
        #expect(sample.container == nil)
        #expect(sample.cpu?.all.busyPercent == 2.5)
    }

    // MARK: Containers of hosts with control groups of version 1

    @Test func coresOfVersion1AreLimits() async throws {
        let sample = try await container(
            [
                "cpuset/cpuset.effective_cpus": "0-1\n",
                "cpuacct/cpuacct.usage_user": "0\n", "cpuacct/cpuacct.usage_sys": "0\n",
            ],
            later: ["cpuacct/cpuacct.usage_user": "5000000000\n"])
        #expect(sample.container?.cpuCores == 2)
        #expect(sample.cpu?.all.busyPercent == 25)
    }

    private func container(_ group: [String: String], later: [String: String] = [:]) async throws -> Sample {
        func stat(_ time: Int) -> [String: String] {
            [
                "stat": "cpu \(100 * time) 0 0 \(3900 * time)\n"
                    + (0..<4).map { "cpu\($0) \(25 * time) 0 0 \(975 * time)\n" }.joined()
            ]
        }
        let meminfo = [
            "meminfo":
                "MemTotal: 100000 kB\nMemAvailable: 90000 kB\nSwapTotal: 50000 kB\nSwapFree: 50000 kB\n"
        ]
        return try await machine.samples(
            [stat(1).merging(meminfo) { $1 }, stat(2)],
            sys: [group, later].map { files in
                Dictionary(uniqueKeysWithValues: files.map { ("fs/cgroup/" + $0.key, $0.value) })
            })
    }

    @Test func limitsOfVersion1AreLimits() async throws {
        let sample = try await container(
            [
                "memory/memory.limit_in_bytes": "10240000\n", "memory/memory.usage_in_bytes": "8192000\n",
                "memory/memory.stat": "inactive_file 1\ntotal_inactive_file 3072000\n",
                "memory/memory.memsw.limit_in_bytes": "20480000\n",
                "memory/memory.memsw.usage_in_bytes": "9216000\n",
                "cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n",
                "cpuacct/cpuacct.usage_user": "1000000000\n", "cpuacct/cpuacct.usage_sys": "0\n",
            ],
            later: [
                "cpuacct/cpuacct.usage_user": "4000000000\n", "cpuacct/cpuacct.usage_sys": "1000000000\n",
            ])
        #expect(sample.container == Sample.Container(memoryMaxBytes: 10_240_000, cpuCores: 0.5))
        #expect(sample.memory?.usedPercent == 50)
        #expect(sample.memory?.swapTotalBytes == 10_240_000)
        #expect(sample.memory?.swapUsedPercent == 10)
        // 4 s of the 5 s that half a core has in ten.
        #expect(sample.cpu?.all.busyPercent == 80)
    }

    @Test(arguments: ["9223372036854771712\n", "18446744073709551615\n", "9223372036854775807\n", "-1\n", ""])
    func noLimitOfVersion1ShowsTheMachine(_ limit: String) async throws {
        let sample = try await container([
            "memory/memory.limit_in_bytes": limit, "memory/memory.usage_in_bytes": "5\n",
            "memory/memory.memsw.limit_in_bytes": limit, "memory/memory.memsw.usage_in_bytes": "5\n",
            "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n",
        ])
        #expect(sample.container == nil)
        #expect(sample.memory?.usedPercent == 10)
        #expect(sample.cpu?.all.busyPercent == 2.5)
    }
}
