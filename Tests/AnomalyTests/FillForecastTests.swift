import Testing

@testable import Anomaly

@Suite struct FillForecastTests {
    @Test func steadyGrowthReachesItsEndInTime() throws {
        var forecast = FillForecast()
        for index in 0..<1000 { forecast.add(100 + 2 * Double(index), at: Int64(index) * 10) }
        #expect(abs(try #require(forecast.rate) - 0.2) < 1e-9)
        let seconds = try #require(forecast.secondsUntilFull(capacity: 3098))
        #expect(abs(seconds - 5000) < 1e-6)
    }

    @Test func shortBurstDoesNotChangeTheRate() throws {
        var forecast = FillForecast()
        for index in 0..<1000 {
            let burst = (400..<480).contains(index) ? 5000.0 : 0
            forecast.add(Double(index) + burst, at: Int64(index) * 10)
        }
        #expect(abs(try #require(forecast.rate) - 0.1) < 0.02)
    }

    /// One large file is no trend: it was written, and nothing goes on.
    @Test(arguments: [3, 10, 18, 30])
    func stepIsNoTrend(at start: Int) throws {
        var forecast = FillForecast()
        for index in 0..<40 {
            let written = min(1, max(0, Double(index - start) / 8))
            forecast.add(1000 + 500 * written, at: Int64(index) * 15)
        }
        #expect(abs(try #require(forecast.rate)) < 0.1)
    }

    @Test func cleanUpAtTheEndDoesNotEndTheTrend() throws {
        var forecast = FillForecast()
        for index in 0..<40 {
            forecast.add(Double(index) * 10 - (index > 36 ? 80 : 0), at: Int64(index) * 15)
        }
        #expect(abs(try #require(forecast.rate) - 10.0 / 15) < 0.1)
    }

    /// What grows in bursts goes on growing.
    @Test func burstsAreATrend() throws {
        var forecast = FillForecast()
        for index in 0..<60 { forecast.add(Double(index / 6) * 60, at: Int64(index) * 600) }
        #expect(try #require(forecast.rate) > 0.01)
    }

    @Test func whatEmptiesOrStandsIsNeverFull() {
        var (empties, stands) = (FillForecast(), FillForecast())
        for index in 0..<100 {
            empties.add(100 - Double(index), at: Int64(index))
            stands.add(50, at: Int64(index))
        }
        #expect(empties.secondsUntilFull(capacity: 1000) == nil)
        #expect(stands.secondsUntilFull(capacity: 1000) == nil)
    }

    @Test func fullIsNow() {
        var forecast = FillForecast()
        forecast.add(100, at: 0)
        #expect(forecast.secondsUntilFull(capacity: 100) == 0)
        #expect(forecast.secondsUntilFull(capacity: 101) == nil)
    }

    @Test(arguments: [(7, false), (8, true)])
    func rateNeedsEightReadings(count: Int, isKnown: Bool) {
        var forecast = FillForecast()
        for index in 0..<count { forecast.add(Double(index), at: Int64(index)) }
        #expect((forecast.rate != nil) == isKnown)
    }

    @Test func clockThatGoesBackIsLeftOut() throws {
        var forecast = FillForecast()
        for index in 0..<20 {
            forecast.add(Double(index), at: Int64(index))
            forecast.add(1e9, at: Int64(index) - 5)
            forecast.add(1e9, at: Int64(index))
        }
        #expect(abs(try #require(forecast.rate) - 1) < 1e-9)
    }
}
