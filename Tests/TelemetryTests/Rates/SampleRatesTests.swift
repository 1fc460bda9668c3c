import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

/// Two readings in, one sample out.
struct SampleRatesTests {
    private func sample(_ before: Reading?, _ now: Reading) -> Sample {
        Sample(now, since: before, units: .usual)
    }

    private func stat(_ lines: String) -> KernelStat { KernelStat(lines.bytes) }

    @Test func sharesOfModesAddUpToAHundred() throws {
        let before = Reading.at(0) { $0.kernelStat = stat("cpu 100 10 50 1000 20 1 2 3 50 5\n") }
        let now = Reading.at(10) { $0.kernelStat = stat("cpu 400 20 150 1500 60 6 12 33 90 9\n") }
        let modes = try #require(sample(before, now).cpu?.all)
        // 995 ticks: 300, 10, 100, 500, 40, 5, 10, 30.
        #expect(modes.userPercent == 30.15)
        #expect(modes.idlePercent == 50.25)
        #expect(modes.stealPercent == 3.02)
        let sum =
            modes.userPercent + modes.nicePercent + modes.systemPercent + modes.idlePercent
            + modes.ioWaitPercent + modes.irqPercent + modes.softIRQPercent + modes.stealPercent
        #expect(abs(sum - 100) < 0.05)
    }

    @Test func idleTimeThatWentBackALittleCountsAsNone() throws {
        let before = Reading.at(0) { $0.kernelStat = stat("cpu 100 0 0 1000 500\n") }
        let now = Reading.at(10) { $0.kernelStat = stat("cpu 200 0 100 1000 499\n") }
        let modes = try #require(sample(before, now).cpu?.all)
        #expect(modes.ioWaitPercent == 0)
        #expect(modes.userPercent == 50)
    }

    @Test func busyTimeThatWentBackGivesNoShares() {
        let before = Reading.at(0) { $0.kernelStat = stat("cpu 1000 0 0 1000\n") }
        #expect(sample(before, .at(10) { $0.kernelStat = stat("cpu 10 0 0 2000\n") }).cpu == nil)
        #expect(sample(before, .at(10) { $0.kernelStat = stat("cpu 1000 0 0 1000\n") }).cpu == nil)
    }

    @Test func coresComeAndGo() throws {
        let before = Reading.at(0) { $0.kernelStat = stat("cpu 0 0 0 0\ncpu0 0 0 0 0\ncpu1 0 0 0 0\n") }
        let now = Reading.at(10) { $0.kernelStat = stat("cpu 10 0 0 30\ncpu0 10 0 0 30\ncpu2 5 0 0 5\n") }
        let next = Reading.at(20) { $0.kernelStat = stat("cpu 30 0 0 60\ncpu0 20 0 0 40\ncpu2 10 0 0 20\n") }
        #expect(try #require(sample(before, now).cpu).cores.map(\.core) == [0])
        let later = try #require(sample(now, next).cpu)
        #expect(later.cores.map(\.core) == [0, 2])
        #expect(later.cores.last?.userPercent == 25)
    }

    @Test func disksAndInterfacesPluggedInSinceHaveNoRatesYet() {
        let line = "8 0 sda 100 0 1000 500 10 0 100 50 0 1000 550"
        let grown = "8 0 sda 200 0 3000 900 60 0 500 250 0 6000 0"
        let before = Reading.at(0) {
            $0.disks = DiskCounters.all(line.bytes)
            $0.networks = NetworkCounters.all("eth0: 1000 1 2 3 0 0 0 0 500 1 2 3 0 0 0 0".bytes)
        }
        let now = Reading.at(10) {
            $0.disks = DiskCounters.all("\(grown)\n8 16 sdb 1 1 1 1 1 1 1 1 1 1 1\n".bytes)
            $0.networks = NetworkCounters.all(
                "eth0: 6000 1 7 13 0 0 0 0 1500 1 2 4 0 0 0 0\neth1: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0".bytes)
        }
        let sample = sample(before, now)
        var disk = Sample.Disk(device: "sda")
        disk.readsPerSecond = 10
        disk.writesPerSecond = 5
        disk.readBytesPerSecond = 102_400
        disk.writtenBytesPerSecond = 20_480
        disk.busyPercent = 50
        disk.averageWaitMilliseconds = 4
        #expect(sample.disks == [disk])
        var network = Sample.Network(interface: "eth0")
        network.receivedBytesPerSecond = 500
        network.sentBytesPerSecond = 100
        network.receiveErrorsPerSecond = 0.5
        network.receiveDropsPerSecond = 1
        network.sendDropsPerSecond = 0.1
        #expect(sample.networks == [network])
    }

    @Test func aDeviceWhoseCountersBeganAnewIsLeftOut() {
        let before = Reading.at(0) { $0.disks = DiskCounters.all("8 0 sda 900 0 9000 1 1 0 1 1 0 1 1".bytes) }
        let now = Reading.at(10) { $0.disks = DiskCounters.all("8 0 sda 1 0 8 1 1 0 1 1 0 1 1".bytes) }
        #expect(sample(before, now).disks.isEmpty)
    }

    @Test func busyTimeOfADiskWrapsAndStaysBelowAHundred() {
        let before = Reading.at(0) {
            $0.disks = DiskCounters.all("8 0 sda 1 0 1 1 1 0 1 1 0 4294967290 1".bytes)
        }
        let now = Reading.at(10) { $0.disks = DiskCounters.all("8 0 sda 1 0 1 1 1 0 1 1 0 994 1".bytes) }
        #expect(sample(before, now).disks.first?.busyPercent == 10)
        let full = Reading.at(10) { $0.disks = DiskCounters.all("8 0 sda 1 0 1 1 1 0 1 1 0 20000 1".bytes) }
        #expect(sample(before, full).disks.first?.busyPercent == 100)
        #expect(sample(before, full).disks.first?.averageWaitMilliseconds == nil)
    }

    @Test func afterARebootThereAreGaugesButNoRates() {
        let file = KernelFiles.linux5_4
        let before = Reading.at(0) {
            $0.kernelStat = KernelStat(file.bytes("stat"))
            $0.disks = DiskCounters.all(file.bytes("diskstats"))
            $0.vmStat = VMStat(file.bytes("vmstat"))
            $0.memory = Sample.Memory(meminfo: file.bytes("meminfo"))
        }
        let now = Reading.at(10) {
            $0 = before
            $0.moment = .seconds(10)
            $0.bootID = "b"
        }
        let sample = sample(before, now)
        #expect(sample.intervalSeconds == nil)
        #expect(sample.cpu == nil)
        #expect(sample.disks.isEmpty)
        #expect(sample.memory?.usedPercent == 50)
        #expect(sample.memory?.majorFaultsPerSecond == nil)
        #expect(sample.memory?.oomKills == 2)
        #expect(sample.host.coreCount == 3)
    }

    @Test func controlGroupsSharesAreOfOneCoreAndOfThePeriods() throws {
        let before = Reading.at(0) {
            $0.cgroup = CGroupCounters(cpuMicroseconds: 1_000_000, periods: 100, throttledPeriods: 10)
        }
        let now = Reading.at(10) {
            $0.cgroup = CGroupCounters(
                memoryBytes: 7, memoryMaxBytes: nil, processes: 3, cpuMicroseconds: 16_000_000, periods: 200,
                throttledPeriods: 35)
        }
        let group = try #require(sample(before, now).cgroup)
        #expect(group.cpuPercent == 150)
        #expect(group.throttledPercent == 25)
        #expect(group.memoryBytes == 7)
        #expect(group.memoryMaxBytes == nil)
    }

    @Test func aGroupWithoutGaugesIsAbsentUntilItHasRates() {
        let before = Reading.at(0) { $0.cgroup = CGroupCounters(cpuMicroseconds: 1_000_000) }
        let now = Reading.at(10) { $0.cgroup = CGroupCounters(cpuMicroseconds: 2_000_000) }
        #expect(sample(nil, before).cgroup == nil)
        #expect(sample(before, now).cgroup?.cpuPercent == 10)
    }

    @Test func ownCostIsOfOneCore() {
        let sample = sample(.at(0) { $0.ownCPUSeconds = 1 }, .at(10) { $0.ownCPUSeconds = 1.01 })
        #expect(sample.probe?.cpuPercent == 0.1)
    }
}
