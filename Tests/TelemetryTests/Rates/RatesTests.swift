import MaintenanceAPI
import Testing

@testable import Telemetry

extension Moment {
    /// So many seconds after the test began, on both clocks.
    static func seconds(_ seconds: Double) -> Moment {
        Moment(
            wallMilliseconds: 1_800_000_000_000 + Int64(seconds * 1000),
            monotonicNanoseconds: 5_000_000_000 + UInt64(seconds * 1e9))
    }
}

extension Reading {
    static func at(_ seconds: Double, _ change: (inout Reading) -> Void = { _ in }) -> Reading {
        var reading = Reading(moment: .seconds(seconds))
        reading.bootID = "a"
        reading.uptimeSeconds = 1000 + seconds
        change(&reading)
        return reading
    }
}

extension MachineUnits {
    static let usual = MachineUnits(ticksPerSecond: 100, pageByteCount: 4096)
}

struct RatesTests {
    private let narrow = UInt64(UInt32.max)

    @Test func countersGrow() {
        #expect(Rates.growth(10, 10) == 0)
        #expect(Rates.growth(10, 25) == 15)
    }

    @Test func narrowCountersWrapOnce() {
        #expect(Rates.growth(narrow - 99, 100, .bits32) == 200)
        #expect(Rates.growth(narrow, 0, .bits32) == 1)
        #expect(Rates.growth(1 << 31 | 1, 0, .bits32) == Double(1 << 31 - 1))
    }

    @Test func wideCountersWrapOnce() {
        #expect(Rates.growth(.max - 9, 5) == 15)
    }

    @Test func countersThatWentBackBeganAnew() {
        #expect(Rates.growth(5_000_000, 10) == nil)
        #expect(Rates.growth(1 << 31, 0, .bits32) == nil)
        #expect(Rates.growth(narrow, 0) == nil)
        #expect(Rates.growth(narrow + 1, 100) == nil)
        #expect(Rates.growth(1 << 62, 1 << 40) == nil)
    }

    @Test func ratesArePerSecondOfTheMonotonicClock() {
        let rates = Rates(from: .at(0), to: .at(10))
        #expect(rates.seconds == 10)
        #expect(rates.perSecond(100, 150) == 5)
        #expect(rates.perSecond(nil, 150) == nil)
        #expect(rates.perSecond(100, nil) == nil)
        #expect(rates.perSecond(0, 10_000_000_000_000) == 1e12)
        #expect(rates.perSecond(0, 10_000_000_000_001) == nil)
        #expect(rates.perSecond(0, 1 << 62) == nil)
    }

    @Test func aFirstReadingHasNoRates() {
        #expect(Rates(from: nil, to: .at(0)).perSecond(1, 2) == nil)
    }

    @Test(arguments: [-86_400_000, 86_400_000] as [Int64])
    func settingTheWallClockChangesNoRate(jump: Int64) {
        let current = Reading.at(10) { $0.moment.wallMilliseconds += jump }
        #expect(Rates(from: .at(0), to: current).perSecond(0, 100) == 10)
    }

    @Test func readingsOfAnotherBootDoNotCompare() {
        #expect(Rates(from: .at(0), to: .at(10) { $0.bootID = "b" }).seconds == nil)
        #expect(Rates(from: .at(0), to: .at(10) { $0.uptimeSeconds = 3 }).seconds == nil)
    }

    @Test func readingsInTheWrongOrderOrTooCloseDoNotCompare() {
        #expect(Rates(from: .at(10), to: .at(0) { $0.uptimeSeconds = nil }).seconds == nil)
        #expect(Rates(from: .at(0), to: .at(0)).seconds == nil)
        #expect(Rates(from: .at(0), to: .at(0.009)).seconds == nil)
        #expect(Rates(from: .at(0), to: .at(0.01)).seconds == 0.01)
    }
}
