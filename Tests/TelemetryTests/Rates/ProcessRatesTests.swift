import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

struct ProcessRatesTests {
    private func process(
        _ pid: Int32, ticks: UInt64 = 0, start: UInt64 = 0, pages: UInt64 = 1, state: String = "S"
    ) throws -> ProcessStat {
        let text =
            "\(pid) (p\(pid)) \(state) 1 1 1 0 -1 0 0 0 0 0 \(ticks) 0 0 0 20 0 1 0 \(start) 0 \(pages) 0"
        return try #require(ProcessStat(text.bytes))
    }

    private func reading(_ seconds: Double, _ processes: [ProcessStat]) -> Reading {
        .at(seconds) { $0.processes = ProcessTable(count: processes.count, processes: processes) }
    }

    private func processes(_ before: Reading?, _ now: Reading) throws -> Sample.Processes {
        try #require(Sample(now, since: before, units: .usual).processes)
    }

    @Test func usedTimeIsThatSinceTheReadingBefore() throws {
        let before = reading(0, [try process(1, ticks: 100), try process(2, ticks: 50)])
        let now = reading(10, [try process(1, ticks: 200), try process(2, ticks: 550)])
        let top = try processes(before, now).topByCPU
        #expect(top.map(\.pid) == [2, 1])
        #expect(top.map(\.cpuPercent) == [50, 10])
    }

    @Test func allTimeOfANewProcessIsNew() throws {
        // The machine had been up for 1,000 seconds at the first reading.
        let before = reading(0, [try process(1)])
        let now = reading(10, [try process(1), try process(7, ticks: 100, start: 100_500)])
        #expect(try processes(before, now).topByCPU.map(\.cpuPercent) == [10])
    }

    @Test func timeOfAProcessThatWasMissedBeforeIsNotCounted() throws {
        let before = reading(0, [try process(1)])
        let now = reading(10, [try process(1), try process(7, ticks: 100_000, start: 500)])
        #expect(try processes(before, now).topByCPU.isEmpty)
    }

    @Test func anIDUsedAgainIsAnotherProcess() throws {
        let before = reading(0, [try process(5, ticks: 9000, start: 10)])
        let now = reading(10, [try process(5, ticks: 20, start: 100_900)])
        #expect(try processes(before, now).topByCPU.map(\.cpuPercent) == [2])
    }

    @Test func firstReadingHasTheLargestButNotTheBusiest() throws {
        let now = reading(0, [try process(1, ticks: 5, pages: 3), try process(2, ticks: 5, pages: 8)])
        let processes = try processes(nil, now)
        #expect(processes.topByCPU.isEmpty)
        #expect(processes.topByMemory.map(\.pid) == [2, 1])
        #expect(processes.topByMemory.first?.residentBytes == 32_768)
        #expect(processes.topByMemory.first?.cpuPercent == nil)
    }

    @Test func statesAreCounted() throws {
        let states = ["R", "R", "D", "Z", "S", "I", "T"]
        let all = try zip(1..., states).map { try process($0, state: $1) }
        let processes = try processes(nil, reading(0, all))
        #expect(processes.running == 2)
        #expect(processes.blocked == 1)
        #expect(processes.zombies == 1)
        #expect(processes.count == 7)
    }

    @Test func listsHoldTheHeaviestInOrder() {
        var list = TopList(capacity: 3)
        for (index, weight) in [5, 0, 9, 1, 9, 7, 6].enumerated() {
            list.offer(index, weight: UInt64(weight))
        }
        #expect(list.entries.map(\.index) == [2, 4, 5])
    }

    @Test func namesOfHostileProcessesAreKeptAsTheyAre() throws {
        let text = "9 (a) R \n) S 1 1 1 0 -1 0 0 0 0 0 5 0 0 0 20 0 1 0 0 0 7 0"
        let hostile = try #require(ProcessStat(text.bytes))
        #expect(try processes(nil, reading(0, [hostile])).topByMemory.map(\.name) == ["a) R \n"])
    }
}
