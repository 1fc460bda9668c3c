import Foundation
import RelayAPI
import TestSupport
import Testing

@testable import MaintenanceAPI

/// Reports come from whoever has an account; what is reckoned with later is checked here.
@Suite struct TelemetryReportTests {
    /// A change of a reading, and which field is complained of; nothing where it is still a reading.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let field: String?
        let change: @Sendable (inout Sample) -> Void

        init(_ name: String, _ field: String?, _ change: @escaping @Sendable (inout Sample) -> Void) {
            (testDescription, self.field, self.change) = (name, field, change)
        }
    }

    private static let spans = "sample.intervalSeconds, uptimeSeconds"
    private static let rates = "sample.disks, networks"
    private static let counts = "sample.memory, fileSystems"

    static let cases: [Case] = [
        Case("as it is", nil) { _ in },
        Case("first moment", nil) { $0.takenAt = 0 },
        Case("before it", "sample.takenAt") { $0.takenAt = -1 },
        Case("last moment", nil) { $0.takenAt = 253_402_300_799_999 },
        Case("behind it", "sample.takenAt") { $0.takenAt = 253_402_300_800_000 },
        Case("far behind it", "sample.takenAt") { $0.takenAt = .max },
        Case("longest interval", nil) { $0.intervalSeconds = 1e10 },
        Case("longer interval", spans) { $0.intervalSeconds = 1.1e10 },
        Case("endless interval", spans) { $0.intervalSeconds = 1e300 },
        Case("interval that went back", spans) { $0.intervalSeconds = -1 },
        Case("no interval", nil) { $0.intervalSeconds = nil },
        Case("longest uptime", nil) { $0.host.uptimeSeconds = 1e10 },
        Case("longer uptime", spans) { $0.host.uptimeSeconds = 1.1e10 },
        Case("core as busy as it can be", nil) { $0.cpu?.cores[0].userPercent = 100 },
        Case("fastest disk", nil) { $0.disks[0].readBytesPerSecond = 1e15 },
        Case("faster disk", rates) { $0.disks[0].readBytesPerSecond = 1.1e15 },
        Case("disk that waits for ever", rates) { $0.disks[0].averageWaitMilliseconds = 1e300 },
        Case("network that sends back", rates) { $0.networks[0].sentBytesPerSecond = -1 },
        Case("less than no memory", counts) { $0.memory?.availableBytes = -1 },
        Case("as much memory as can be told", nil) { $0.memory?.availableBytes = .max },
        Case("fewer kills than none", counts) { $0.memory?.oomKills = .min },
        Case("less than an empty disk", counts) { $0.fileSystems[0].usedBytes = -1 },
    ]

    @Test(arguments: cases)
    func figuresThatNoHostHasAreRefused(_ row: Case) throws {
        var sample = CannedTelemetry.sample(takenAt: 1_800_000_000_000)
        row.change(&sample)
        let json = try JSONEncoder().encode(TypedMessage(.telemetryReport(TelemetryReport(sample: sample))))
        do {
            let message = try JSONDecoder().decode(TypedMessage.self, from: json)
            #expect(row.field == nil)
            #expect(message.payload == .telemetryReport(TelemetryReport(sample: sample)))
        } catch let error as InvalidValue {
            #expect(error.field == row.field)
        }
    }
}
