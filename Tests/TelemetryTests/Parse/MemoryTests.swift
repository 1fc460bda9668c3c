import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

struct MemoryTests {
    @Test func availableMemoryIsTakenAsTheKernelSays() throws {
        let memory = try #require(Sample.Memory(meminfo: KernelFiles.linux5_4.bytes("meminfo")))
        #expect(memory.totalBytes == 16_384_000 << 10)
        #expect(memory.availableBytes == 8_192_000 << 10)
        #expect(memory.usedPercent == 50)
        #expect(memory.swapTotalBytes == 0)
        #expect(memory.swapUsedPercent == nil)
    }

    @Test func oldKernelsAvailableMemoryIsFreeAndCached() throws {
        let memory = try #require(Sample.Memory(meminfo: KernelFiles.linux2_6.bytes("meminfo")))
        #expect(memory.availableBytes == 320_970_752)
    }

    @Test func sizesThatCannotBeAreAbsent() {
        let memory = Sample.Memory(meminfo: "MemTotal: 1 kB\nMemFree: 18446744073709551615 kB\n".bytes)
        #expect(memory?.totalBytes == 1024)
        #expect(memory?.freeBytes == nil)
    }

    @Test func withoutTotalThereIsNoMemory() {
        #expect(Sample.Memory(meminfo: "MemFree: 1 kB\n".bytes) == nil)
    }

    @Test func oomKillsAreAbsentInOldKernels() throws {
        let old = VMStat(KernelFiles.linux2_6.bytes("vmstat"))
        #expect(old.swappedInPages == 12)
        #expect(old.swappedOutPages == 34)
        #expect(old.majorFaults == 78)
        #expect(old.oomKills == nil)
        #expect(VMStat(KernelFiles.linux5_4.bytes("vmstat")).oomKills == 2)
    }
}
