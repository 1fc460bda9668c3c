import Foundation
import Testing

@testable import Anomaly

@Suite struct PartsTests {
    @Test func rarityIsTheShareOfSurprisesAsGreat() {
        var rank = TailRank()
        for surprise in 1...99 { _ = rank.rarity(of: Double(surprise)) }
        var common = rank
        #expect(common.rarity(of: 1) == 0)
        #expect(abs(rank.rarity(of: 51) + log10(0.5)) < 1e-9)
    }

    /// Of the surprises one in `x` is as great as `x`, which goes on beyond the greatest, 1,000.
    @Test(arguments: [(100.0, 2.0), (1000, 3), (10_000, 4), (1e9, 5), (.infinity, 5)])
    func rarityBeyondFollowsTheTail(surprise: Double, expected: Double) {
        var rank = TailRank()
        for index in 1...999 { _ = rank.rarity(of: 1000 / Double(index)) }
        let rarity = rank.rarity(of: surprise)
        #expect(abs(rarity - expected) < 0.25)
        #expect(rarity <= 5)
    }

    @Test func alikeSurprisesDoNotMakeALittleGreaterOneRare() {
        var rank = TailRank()
        for _ in 0..<1000 { _ = rank.rarity(of: 5) }
        let little = rank.rarity(of: 5.05)
        #expect((1.7...1.9).contains(little))
        #expect(rank.rarity(of: 10) > 4)
    }

    @Test func rarityBeginsWithTwentySurprises() {
        var rank = TailRank()
        for _ in 0..<TailRank.minCount { #expect(rank.rarity(of: 0) == 0) }
        #expect(rank.rarity(of: 1) > 1)
    }

    @Test func oldSurprisesAreForgottenByHalves() {
        var rank = TailRank()
        for surprise in 0..<64 { _ = rank.rarity(of: Double(1000 + surprise)) }
        for _ in 0..<TailRank.maxCount { _ = rank.rarity(of: 0) }
        // Half of the 64 stay, so that 2000 has none above it and 1000 has 32 or fewer.
        var other = rank
        #expect(rank.rarity(of: 2000) > 4)
        #expect(other.rarity(of: 1000) > 2.6)
    }

    @Test func hoursAreLearntWhenTheyEnd() {
        var hours = HourlyLevel.ofDay
        for minute in 0..<60 { hours.add(Double(minute % 2) * 10, at: Int64(minute) * 60) }
        #expect(hours.expected(at: 0) == nil)
        hours.add(1, at: 3600)
        #expect(hours.expected(at: 86_400)?.mean == 5)
        #expect(hours.expected(at: 86_400)?.least == 0)
        #expect(hours.expected(at: 86_400)?.greatest == 10)
        #expect(hours.expected(at: 3599)?.mean == 5)
        #expect(hours.expected(at: 3600) == nil)
        #expect(hours.expected(at: -86_400)?.mean == 5)
    }

    @Test func weeksAreLearntApartFromDays() {
        var (day, week) = (HourlyLevel.ofDay, HourlyLevel.ofWeek)
        for hour in 0..<8 * 24 as Range<Int64> {
            // Sundays are quiet; the first moment of 1970 was a Thursday.
            let value = hour / 24 % 7 == 3 ? 0.0 : 10
            day.add(value, at: hour * 3600)
            week.add(value, at: hour * 3600)
        }
        #expect(week.expected(at: 10 * 86_400)?.mean == 0)
        #expect(week.expected(at: 11 * 86_400)?.mean == 10)
        #expect(abs((day.expected(at: 10 * 86_400)?.mean ?? 0) - 9.3439) < 1e-9)
    }

    @Test func spreadIgnoresATenthOfOutliers() {
        var spread = RecentSpread(stride: 1)
        #expect(spread.level == nil)
        for index in 0..<200 { spread.add(index.isMultiple(of: 16) ? 1e6 : Double(index % 5)) }
        #expect(spread.level == 2)
        #expect(abs(spread.spread - 4 / 2.56) < 1e-6)
    }

    @Test func spreadKnowsTheLastReadingsOnly() {
        var spread = RecentSpread(stride: 2)
        for _ in 0..<1000 { spread.add(5) }
        for _ in 0..<2 * RecentSpread.maxKept { spread.add(9) }
        #expect(spread.level == 9)
        #expect(spread.spread == 0)
    }

    @Test func shapeSeenBeforeIsAtNoDistance() {
        var shapes = Shapes()
        let waves = (0..<2000).map { shapes.distances(adding: Double($0 % 50)) }
        #expect(waves.suffix(1000).allSatisfy { $0.stretch == 0 && $0.value == 0 })
        let flat = (0..<12).map { _ in shapes.distances(adding: 7) }
        #expect(flat.allSatisfy { $0.value == 0 })
        #expect((flat.last?.stretch ?? 0) > 20)
    }

    @Test func valueIsComparedWithTheLastReadings() {
        var shapes = Shapes()
        #expect(shapes.distances(adding: 3).value == 0)
        #expect(shapes.distances(adding: 10).value == 7)
        #expect(shapes.distances(adding: 8).value == 2)
        for _ in 0..<1500 { _ = shapes.distances(adding: 20) }
        #expect(shapes.distances(adding: 10).value == 10)
    }

    @Test(arguments: [(5.0, 0.0), (8, 3), (12, 9), (-1, 7)])
    func whatIsOutsideTheHoursRangeSurprisesMore(value: Double, surprise: Double) {
        #expect(HourlyLevel.Hour(mean: 5, least: 0, greatest: 10).surprise(of: value) == surprise)
    }

    /// A score that is no higher is news again after a tenth of the readings, within bounds.
    @Test(arguments: [(200, 100), (5000, 555), (10_000, 1000), (1_000_000, 1000)])
    func quietAfterAnAlarmIsBounded(readings: Int, quiet: Int) {
        var alarm = Alarm()
        let first = alarm.isRaised(by: 0.6, readingCount: readings)
        let during = alarm.isRaised(by: 0.6, readingCount: readings + quiet)
        var higher = alarm
        let afterwards = alarm.isRaised(by: 0.6, readingCount: readings + quiet + 1)
        let clearlyHigher = higher.isRaised(by: 0.7, readingCount: readings + 1)
        #expect([first, during, afterwards, clearlyHigher] == [true, false, true, true])
    }

    @Test func rangeTellsHowFarOutside() {
        var range = ValueRange()
        #expect(range.excess(of: 5) == 0)
        range.add(0)
        range.add(10)
        #expect([-5, 0, 10, 11].map { range.excess(of: $0) } == [0.5, 0, 0, 0.1])
    }
}
