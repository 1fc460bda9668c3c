import Foundation
import GRDB
import HistorySupport
import MaintenanceAPI
import Testing

@testable import Agent

/// A month of readings costs a query no more than a day of them.
@Suite struct HistoryScaleTests {
    @Test func generatedHostIsTheSameTwiceAndSilentWhenItShouldBe() {
        let host = GeneratedHost(seed: 7)
        let day: Int64 = 20_000 * 86_400_000
        #expect(host.sample(takenAt: day) == host.sample(takenAt: day))
        #expect(host.sample(takenAt: day + 3 * 3_600_000) == nil)
        #expect(host.sample(takenAt: day + 4 * 3_600_000) != nil)
    }
}
