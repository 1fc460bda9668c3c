import Foundation
import MaintenanceAPI
import Testing

@testable import Agent

@Suite struct HostWatchTests {
    private static func sample(_ takenAt: Int64, mounts: Int = 2, usedPercent: Int64 = 50) -> Sample {
        var sample = World.sample(secondsAgo: 0)
        sample.takenAt = takenAt
        sample.fileSystems = (0..<mounts).map { index in
            var fileSystem = Sample.FileSystem(
                mountPoint: "/data/\(takenAt)/\(index)", device: "d", type: "ext4")
            (fileSystem.usedBytes, fileSystem.availableBytes) = (usedPercent, 100 - usedPercent)
            return fileSystem
        }
        return sample
    }

    @Test func numberOfSeriesIsBoundedHoweverManyMountsComeAndGo() {
        var watch = HostWatch()
        for index in 1...6 as ClosedRange<Int64> {
            _ = watch.observe(Self.sample(index * 10_000, mounts: 40))
        }
        #expect(watch.seriesCount == HostWatch.maxSeriesCount)
        // After a day without them there is room again.
        _ = watch.observe(Self.sample(90_000_000, mounts: 1))
        #expect(watch.seriesCount == 17)
    }

    @Test func stateIsBoundedAndSurvivesBeingStored() throws {
        var watch = HostWatch()
        for index in 1...1500 as ClosedRange<Int64> {
            var sample = World.sample(secondsAgo: 0)
            sample.takenAt = index * 10_000
            sample.load?.one = Double(index * 7919 % 101) * 1e13
            _ = watch.observe(sample)
        }
        let state = try JSONEncoder().encode(watch)
        #expect(state.count < 48_000 * watch.seriesCount)
        #expect(try JSONDecoder().decode(HostWatch.self, from: state) == watch)
    }

    @Test(arguments: [(94, 0), (96, 1)] as [(Int64, Int)])
    func olderReadingIsHeldAgainstTheLimitsAlone(usedPercent: Int64, count: Int) {
        var watch = HostWatch()
        _ = watch.observe(Self.sample(20_000))
        let before = watch
        var sample = Self.sample(10_000, mounts: 1, usedPercent: usedPercent)
        sample.load?.one = 1000
        let found = watch.observe(sample)
        #expect(found.count == count)
        #expect(found.values.allSatisfy { $0.isCritical && $0.usual == nil })
        #expect(watch.newestAt == before.newestAt)
        #expect(watch.seriesCount == before.seriesCount)
    }

    /// A backlog comes newest first, so it never looks like a clock that was set back.
    @Test func backlogChangesNothing() {
        var watch = HostWatch()
        _ = watch.observe(Self.sample(1_000_000))
        for index in 1...90 as ClosedRange<Int64> {
            _ = watch.observe(Self.sample(1_000_000 - index * 10_000))
        }
        #expect(watch.newestAt == 1_000_000)
    }

    @Test func clockThatWasSetBackIsFollowedAfterThirtyReadings() {
        var watch = HostWatch()
        _ = watch.observe(Self.sample(4_000_000_000_000))
        for index in 0..<29 as Range<Int64> { _ = watch.observe(Self.sample(1_000_000 + index * 10_000)) }
        #expect(watch.newestAt == 4_000_000_000_000)
        for index in 29..<32 as Range<Int64> { _ = watch.observe(Self.sample(1_000_000 + index * 10_000)) }
        #expect(watch.newestAt == 1_310_000)
    }

    @Test func bitsNameTheirMetrics() {
        var bits = AnomalyBits()
        for metric in [Metric.cpuBusyPercent, .diskUsedPercent, .probeCPUPercent] { bits.insert(metric) }
        #expect(bits.rawValue == 1 | 1 << 8 | 1 << 16)
        #expect(
            AnomalyBits(rawValue: bits.rawValue).metrics == [
                .cpuBusyPercent, .diskUsedPercent, .probeCPUPercent,
            ])
        #expect(AnomalyBits(rawValue: .min).metrics == [])
    }

    @Test func everyMetricHasABitAndAFieldOfItsOwn() {
        let traits = Metric.allCases.map(\.traits)
        #expect(Set(traits.map(\.bit)).count == traits.count)
        #expect(traits.allSatisfy { 0..<63 ~= $0.bit })
        #expect(Set(traits.map(\.field)).count == traits.count)
    }
}
