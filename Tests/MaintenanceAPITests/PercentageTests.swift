import Foundation
import RelayAPI
import TestSupport
import Testing

@testable import MaintenanceAPI

@Suite struct PercentageTests {
    private struct Shares: Codable, Equatable {
        @Percentage var busyPercent = 0.0
        @OptionalPercentage var waitingPercent: Double? = nil
    }

    @Test(arguments: [
        (0, 0), (100, 100), (12.34, 12.34), (-0.01, 0), (100.01, 100), (-1e300, 0), (.infinity, 100),
        (-.infinity, 0), (.nan, 0),
    ])
    func noShareLeavesItsRange(value: Double, share: Double) {
        var shares = Shares(busyPercent: value, waitingPercent: value)
        #expect(shares.busyPercent == share)
        #expect(shares.waitingPercent == (value.isNaN ? nil : share))
        (shares.busyPercent, shares.waitingPercent) = (50, nil)
        (shares.busyPercent, shares.waitingPercent) = (value, value)
        #expect(shares.busyPercent == share)
        #expect(shares.waitingPercent == (value.isNaN ? nil : share))
        #expect(Share.percent(value) == share)
    }

    @Test func jsonHoldsNumbersAlone() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        func json(_ shares: Shares) throws -> String {
            String(decoding: try encoder.encode(shares), as: UTF8.self)
        }
        #expect(try json(Shares(busyPercent: 12.5)) == #"{"busyPercent":12.5}"#)
        #expect(
            try json(Shares(busyPercent: 0, waitingPercent: 7)) == #"{"busyPercent":0,"waitingPercent":7}"#)
        for text in [#"{"busyPercent":3}"#, #"{"busyPercent":3,"waitingPercent":null}"#] {
            #expect(
                try JSONDecoder().decode(Shares.self, from: Data(text.utf8))
                    == Shares(busyPercent: 3, waitingPercent: nil))
        }
    }

    @Test(arguments: ["-0.01", "100.01", "1e300"], ["busyPercent", "waitingPercent"])
    func whatIsNoShareIsRejected(number: String, field: String) {
        let text = #"{"busyPercent":1,"\#(field)":\#(number)}"#
            .replacing(field == "busyPercent" ? #""busyPercent":1,"# : "", with: "")
        let error = #expect(throws: InvalidValue.self) {
            try JSONDecoder().decode(Shares.self, from: Data(text.utf8))
        }
        #expect(error?.field == field)
    }

    /// Whoever sends a report with a share that is none is told the field.
    @Test(arguments: ["idlePercent", "busyPercent", "someAvg10Percent"])
    func reportWithAnImpossibleShareIsRejected(field: String) throws {
        let sample = CannedTelemetry.sample(takenAt: 1_800_000_000_000)
        let json = String(decoding: try JSONEncoder().encode(TelemetryReport(sample: sample)), as: UTF8.self)
        let changed = json.replacing(try Regex("\"\(field)\":[0-9.]+"), with: "\"\(field)\":-5")
        #expect(changed != json)
        let error = #expect(throws: InvalidValue.self) {
            try JSONDecoder().decode(TelemetryReport.self, from: Data(changed.utf8))
        }
        #expect(error?.field.hasSuffix(field) == true)
    }
}
