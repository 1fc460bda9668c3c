import Foundation
import TestSupport
import Testing
import VectorSupport

@testable import Anomaly

@Suite struct SeriesDetectorTests {
    /// A day's wave with noise, a reading every five minutes.
    private static func wave(_ index: Int, _ random: inout SeededRandom) -> Double {
        50 + 30 * sin(Double(index % 288) / 288 * 2 * .pi) + Double.random(in: -2...2, using: &random)
    }

    /// Verdicts on ten days of waves, each reading changed by `change`.
    private static func verdicts(
        seed: UInt64, days: Int = 10, smallestChange: Double = 0, _ change: (Int, Double) -> Double = { $1 }
    ) -> [Verdict] {
        var random = SeededRandom(seed: seed)
        var detector = SeriesDetector(smallestChange: smallestChange)
        return (0..<days * 288).map { index in
            detector.observe(change(index, wave(index, &random)), at: Int64(index) * 300)
        }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func usualDaysRaiseFewAlarmsAfterTheFirstThree(seed: UInt64) {
        let alarms = Self.verdicts(seed: seed, days: 30).enumerated().filter {
            $0.offset > 3 * 288 && $0.element.isAlarm && $0.element.score >= 0.5
        }
        #expect(alarms.count <= 5, "seed \(seed): \(alarms.map(\.offset))")
    }

    @Test func spikeIsAnAlarmAtOnceAndOutOfRange() {
        let verdict = Self.verdicts(seed: 1) { $0 == 2000 ? $1 + 100 : $1 }[2000]
        #expect(verdict.isAlarm)
        #expect(verdict.score > 0.5)
        #expect(verdict.reasons.first == .outOfRange)
    }

    @Test func usualValueAtTheWrongHourIsUnusualForThatHour() {
        // 80 is what the series shows at its height, six hours into the day; here it comes at its depth.
        let depth = 7 * 288 + 216
        let verdicts = Self.verdicts(seed: 2) { (depth..<depth + 30).contains($0) ? 80 : $1 }
        #expect(verdicts[depth].isAlarm)
        #expect(verdicts[depth].reasons.first == .unusualForHour)
        #expect(abs(verdicts[depth].expected - 20) < 5)
    }

    @Test func valueBetweenTwoLevelsIsUnfamiliar() {
        // Busy or idle, by turns of no order, and never in between.
        var random = SeededRandom(seed: 9)
        var detector = SeriesDetector()
        var last: Verdict?
        for index in 0..<1000 {
            let level = index == 999 ? 50.0 : Bool.random(using: &random) ? 90 : 10
            last = detector.observe(level + Double.random(in: -2...2, using: &random), at: Int64(index) * 300)
        }
        #expect(last?.reasons == [.unfamiliarValue])
    }

    @Test func missingWaveIsNoticedThoughEveryValueIsUsual() {
        let verdicts = Self.verdicts(seed: 3) { (2016..<2304).contains($0) ? 50 : $1 }
        #expect(verdicts[2016..<2160].contains { $0.isAlarm })
        #expect(verdicts[2016..<2304].contains { $0.reasons.contains(.unusualForHour) })
    }

    @Test func lastingShiftIsAChangePoint() {
        let verdicts = Self.verdicts(seed: 4) { index, value in
            50 + (value - 50) / 30 + (index >= 2000 ? 4 : 0)
        }
        #expect(verdicts[2000..<2030].contains { $0.reasons.contains(.levelShift) && $0.score >= 0.5 })
    }

    @Test func whatGoesOnIsToldOnce() {
        let verdicts = Self.verdicts(seed: 5) { $0 >= 2000 && $0 < 2100 ? 300 : $1 }
        #expect(verdicts[2000..<2100].count { $0.isAlarm } <= 2)
    }

    @Test(arguments: [(49.0, true), (51.0, false)])
    func changesTooSmallToMatterAreNone(smallestChange: Double, isFound: Bool) {
        var detector = SeriesDetector(smallestChange: smallestChange)
        var last: Verdict?
        for index in 0..<600 { last = detector.observe(index == 599 ? 60 : 10, at: Int64(index) * 10) }
        #expect(last?.isAlarm == isFound)
        #expect(((last?.score ?? 1) > 0.5) == isFound)
        #expect(last?.expected == 10)
    }

    @Test func firstReadingsAreNeverAnAlarm() {
        var detector = SeriesDetector()
        for index in 0..<20 {
            #expect(detector.observe(index.isMultiple(of: 2) ? 1e9 : 0, at: Int64(index)).score == 0)
        }
    }

    @Test func constantSeriesIsNeverUnusual() {
        var detector = SeriesDetector()
        for index in 0..<2000 { #expect(detector.observe(7, at: Int64(index) * 60).score == 0) }
    }

    @Test func extremeValuesGiveScoresWithinBounds() {
        var random = SeededRandom(seed: 6)
        var detector = SeriesDetector()
        let values = [0, 1, -1, 1e300, -1e300, .leastNonzeroMagnitude, 1e-300]
        for index in 0..<3000 {
            let verdict = detector.observe(values.randomElement(using: &random) ?? 0, at: Int64(index) * 37)
            #expect((0.0..<1.0).contains(verdict.score))
        }
    }

    @Test func storedStateGoesOnAsIfNeverStored() throws {
        var random = SeededRandom(seed: 7)
        var detector = SeriesDetector()
        for index in 0..<900 { _ = detector.observe(Self.wave(index, &random), at: Int64(index) * 300) }
        var restored = try JSONDecoder().decode(SeriesDetector.self, from: JSONEncoder().encode(detector))
        #expect(restored == detector)
        for index in 900..<1800 {
            let value = Self.wave(index, &random)
            #expect(
                restored.observe(value, at: Int64(index) * 300)
                    == detector.observe(value, at: Int64(index) * 300))
        }
    }

    @Test func stateStopsGrowing() throws {
        var random = SeededRandom(seed: 8)
        var detector = SeriesDetector()
        var sizes: [Int] = []
        for index in 0..<80_000 {
            _ = detector.observe(Double.random(in: 0...1, using: &random), at: Int64(index) * 10)
            if index == 5_000 || index == 79_999 { sizes.append(try JSONEncoder().encode(detector).count) }
        }
        #expect(sizes[1] < sizes[0] * 5 / 4 + 14_000, "\(sizes)")
        #expect(sizes[1] < 48_000)
    }
}
