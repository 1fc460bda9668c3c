import Testing

@testable import Anomaly

@Suite struct PartsTests {
    @Test func rarityIsTheShareOfSurprisesAsGreat() {
        var rank = TailRank()
        for surprise in 1...99 { _ = rank.rarity(of: Double(surprise)) }
        var (greatest, common) = (rank, rank)
        #expect(abs(greatest.rarity(of: 1000) - 2) < 1e-9)
        #expect(common.rarity(of: 1) == 0)
        #expect(abs(rank.rarity(of: 91) - 1) < 1e-9)
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
        var distances = (0..<2000).map { shapes.distance(adding: Double($0 % 50)) }
        #expect(distances.suffix(1000).allSatisfy { $0 == 0 })
        distances = (0..<12).map { _ in shapes.distance(adding: 7) }
        #expect((distances.last ?? 0) > 20)
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
