import MaintenanceAPI
import TestSupport
import Testing

@testable import Telemetry

/// Whatever the kernel shows, a reading takes so much memory and no more.
struct BoundsTests {
    @Test(arguments: [(-1, -1), (0, 0), (1, 0)])
    func filesAreReadUpToALimit(beyond: Int, missing: Int) {
        var left = FileBuffer.maxByteCount + beyond
        var buffer = FileBuffer()
        let bytes = buffer.fill { room in
            let count = min(left, room.count, 100_000)
            left -= count
            return count
        }
        #expect(bytes?.count == FileBuffer.maxByteCount + missing)
        #expect(left == max(0, beyond))
    }

    @Test func aFileThatFailsIsAbsent() {
        var buffer = FileBuffer()
        #expect(buffer.fill { _ in -1 } == nil)
    }

    /// The hottest stay.
    @Test(arguments: [32, 33])
    func sensorsAreReadUpToALimit(count: Int) async throws {
        let tree = try FixtureTree(
            proc: ["meminfo": "MemTotal: 1 kB\n"],
            sys: Dictionary(
                uniqueKeysWithValues: (10..<10 + count).map {
                    ("class/thermal/thermal_zone\($0)/temp", "\($0)000\n")
                }))
        let temperatures = try await Sampler(procRoot: tree.procRoot, sysRoot: tree.sysRoot).sample()
            .temperatures
        #expect(temperatures.map(\.celsius) == (count - 22..<count + 10).map { Double($0) })
        #expect(temperatures.first?.sensor == "thermal_zone\(count - 22)")
    }
}
