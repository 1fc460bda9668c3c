import Anomaly
import MaintenanceAPI
import TestSupport
import Testing
import VectorSupport

@testable import Agent

@Suite struct SeriesWatchTests {
    /// What is found in readings every so many seconds, each the usual ten percent or as `change` says.
    private static func found(
        _ metric: Metric = .cpuBusyPercent, count: Int, usual: Double = 10, every seconds: Int64 = 10,
        _ change: (Int) -> Double?
    ) -> [UnusualReading?] {
        var watch = SeriesWatch(metric)
        return (0..<count).map { watch.observe(change($0) ?? usual, at: Int64($0) * seconds * 1000) }
    }

    @Test func jumpIsUnusualFromItsFirstReadingToItsLast() throws {
        let found = Self.found(count: 1200) { (800..<860).contains($0) ? 97.5 : nil }
        #expect(found.indices.filter { found[$0] != nil } == Array(800..<860))
        let first = try #require(found[800])
        #expect(first.value == 97.5)
        #expect(first.usual == 10...10)
        #expect(!first.isOfHour)
        #expect(!first.isCritical)
    }

    @Test func changeTooSmallToMatterIsNone() {
        let found = Self.found(count: 1200) { $0 >= 800 ? 29 : nil }
        #expect(found.allSatisfy { $0 == nil })
    }

    /// Bursts that come again and again are news at first, and later when one lasts a minute.
    @Test(arguments: [(5, false), (6, true)])
    func burstThatIsCommonCountsWhenItLastsAMinute(length: Int, isFound: Bool) {
        let last = 50 * 90
        let found = Self.found(count: last + 10) { index in
            index % 90 < (index >= last ? length : 2) ? 60 : nil
        }
        #expect((found[last + length - 1] != nil) == isFound)
        #expect(found[(25 * 90)..<last].count { $0 != nil } <= 4)
    }

    @Test func newLevelIsUsualAfterThreeHours() {
        let found = Self.found(count: 4000) { $0 >= 1500 ? 60 : nil }
        #expect(found[1500] != nil)
        #expect(found[1600] != nil)
        #expect(found[2600...].allSatisfy { $0 == nil })
    }

    @Test(arguments: [(94.9, false), (95, true)])
    func limitIsCriticalFromTheFirstReadingOn(value: Double, isCritical: Bool) {
        let found = Self.found(.diskUsedPercent, count: 30, usual: value) { _ in nil }
        #expect(found.allSatisfy { ($0?.isCritical ?? false) == isCritical })
        #expect(found.allSatisfy { ($0 != nil) == isCritical })
    }

    @Test func hourIsHeldAgainstTheSameHourOfEarlierDays() throws {
        // Busy from 12:00 to 18:00 on each of four days; on the fifth at 3:00, too.
        let odd = 4 * 4320 + 3 * 180
        var random = SeededRandom(seed: 5)
        let found = Self.found(count: odd + 60, every: 20) { index in
            let hour = index % 4320 / 180
            let isBusy = (12..<18).contains(hour) || index >= odd
            return (isBusy ? 60 : 12) + Double.random(in: -4...4, using: &random)
        }
        let reading = try #require(found[odd + 8])
        #expect(reading.isOfHour)
        let usual = try #require(reading.usual)
        #expect(usual.lowerBound > 7.9 && usual.upperBound < 16.1)
        let words = Metric.cpuBusyPercent.summary(reading)
        #expect(words.hasPrefix("CPU busy "))
        #expect(words.contains(" %, usual at this hour 8"))
        // Noon of the last day was as on the days before.
        #expect(found[(3 * 4320 + 12 * 180)..<(3 * 4320 + 18 * 180)].allSatisfy { $0 == nil })
    }

    private static let words: [(Metric, UnusualReading, String)] = [
        (
            .memoryUsedPercent,
            .init(value: 93, usual: 41...55, isOfHour: true, reason: .unusualForHour, isCritical: false),
            "memory used 93 %, usual at this hour 41 to 55 %"
        ),
        (
            .load1,
            .init(value: 40.25, usual: 1.31...1.31, isOfHour: false, reason: .outOfRange, isCritical: false),
            "load average over 1 minute 40.3, usually 1.3, beyond all seen before"
        ),
        (
            .diskUsedPercent, .init(value: 97, usual: nil, isOfHour: false, reason: nil, isCritical: true),
            "file system used 97 %, critical from 95 % on"
        ),
        (
            .relayAckLatencyMilliseconds,
            .init(value: 900, usual: 2...9, isOfHour: false, reason: .levelShift, isCritical: false),
            "relay acknowledgement latency 900 ms, usually 2 to 9 ms, its level has changed"
        ),
        (
            .diskWrittenBytesPerSecond,
            .init(
                value: 810_659_229.2, usual: 900_000...2_191_815.5, isOfHour: false, reason: nil,
                isCritical: false),
            "disk writes 773.1 MiB/s, usually 878.9 KiB/s to 2.1 MiB/s"
        ),
    ]

    @Test(arguments: words)
    func findingsAreExplained(metric: Metric, reading: UnusualReading, words: String) {
        #expect(metric.summary(reading) == words)
    }
}
