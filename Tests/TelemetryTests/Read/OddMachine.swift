import MaintenanceAPI
import Synchronization
import TestSupport

@testable import Telemetry

/// A machine whose files say what a test wants them to. Each sample is ten seconds after the one before.
struct OddMachine {
    let tree: FixtureTree
    let sampler: Sampler

    init() throws {
        tree = try FixtureTree(proc: ["meminfo": "MemTotal: 1000 kB\nMemAvailable: 500 kB\n"])
        let seconds = Mutex(0.0)
        sampler = Sampler(
            procRoot: tree.procRoot, sysRoot: tree.sysRoot, units: .usual,
            now: {
                // A sample looks twice at the clock.
                .seconds(
                    seconds.withLock {
                        $0 += 5
                        return $0
                    })
            },
            mountWatch: MountWatch(deadline: .seconds(60), clock: .continuous) { place in
                let used = Int64(place.split(separator: "-").last ?? "") ?? 50
                return FileSystemFigures(
                    totalBytes: 100, availableBytes: 100 - used, usedBytes: used, inodesTotal: 1,
                    inodesFree: 1)
            })
    }

    /// The second of two samples.
    func samples(_ proc: [[String: String]], sys: [[String: String]] = [[:], [:]]) async throws
        -> Sample
    {
        try tree.writeProc(proc[0])
        try tree.writeSys(sys[0])
        _ = try await sampler.sample()
        try tree.writeProc(proc[1])
        try tree.writeSys(sys[1])
        return try await sampler.sample()
    }

    func sample(_ proc: [String: String] = [:], sys: [String: String] = [:]) async throws -> Sample {
        try await samples([proc, [:]], sys: [sys, [:]])
    }
}
