import TestSupport
import Testing

@testable import Telemetry

struct KernelStatTests {
    @Test func oldKernelsCountNoStolenTime() throws {
        let stat = KernelStat(KernelFiles.linux2_6.bytes("stat"))
        let all = try #require(stat.all)
        #expect(all.user == 10_132_153)
        #expect(all.softIRQ == 25_195)
        #expect(all.steal == 0)
        #expect(stat.cores.map(\.number) == [0, 1])
        #expect(stat.contextSwitches == 115_315)
        #expect(stat.forks == 2915)
    }

    @Test func switchedOffCoresAreLeftOut() throws {
        let stat = KernelStat(KernelFiles.linux5_4.bytes("stat"))
        #expect(stat.all?.steal == 10)
        #expect(stat.cores.map(\.number) == [0, 1, 3])
        #expect(stat.cores.last?.times.user == 1_393_283)
        #expect(stat.running == 3)
        #expect(stat.blocked == 2)
    }

    @Test func fourNumbersAreEnough() {
        var line = ByteScanner("1 2 3 4".bytes)
        let times = CPUTimes(&line)
        #expect(times?.idle == 4)
        #expect(times?.ioWait == 0)
    }

    @Test func threeNumbersAreNoTimes() {
        #expect(KernelStat("cpu  1 2 3\n".bytes).all == nil)
    }

    @Test func manyCoresAreAllRead() {
        let lines = (0..<1024).map { "cpu\($0) 1 2 3 \($0) 5 6 7 8 9 10" }
        let stat = KernelStat((["cpu 1 2 3 4"] + lines).joined(separator: "\n").bytes)
        #expect(stat.cores.count == 1024)
        #expect(stat.cores.last?.times.idle == 1023)
    }

    @Test func linesOfAnotherKindAreNoCores() {
        #expect(KernelStat("cpufreq 1 2 3 4\ncpu-1 1 2 3 4\n".bytes).cores.isEmpty)
    }
}
