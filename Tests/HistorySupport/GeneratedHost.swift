import Foundation
import MaintenanceAPI
import TestSupport
import VectorSupport

/// A host that lives through quiet nights, busy days and a few mishaps: the same at the same moment for the same seed.
///
/// Days follow a wave with noise. Every third day all cores are busy for 20 minutes from 14:00 UTC, every seventh day
/// memory leaks from 9:00 to 12:00, and every tenth day nothing is read from 3:00 to 3:30.
package struct GeneratedHost: Sendable {
    private let seed: UInt64

    package init(seed: UInt64 = 1) { self.seed = seed }

    /// The reading of a moment, milliseconds since 1970; absent where the probe was silent.
    package func sample(takenAt: Int64) -> Sample? {
        let moment = Moment(takenAt)
        guard !(moment.day.isMultiple(of: 10) && moment.isBetween(3, 3.5)) else { return nil }
        var random = SeededRandom(seed: seed &+ UInt64(bitPattern: takenAt))
        var sample = CannedTelemetry.sample(takenAt: takenAt)
        sample.host.name = "generated-01"
        sample.host.uptimeSeconds = Double(takenAt / 1000)
        func noise(_ width: Double) -> Double { Double.random(in: -width...width, using: &random) }
        let isSaturated = moment.day.isMultiple(of: 3) && moment.isBetween(14, 14.3334)
        let cores = (0..<4).map { core in
            Self.modes(busy: isSaturated ? 96 + noise(3) : 8 + 30 * moment.activity + noise(6), core: core)
        }
        let busy = cores.reduce(0) { $0 + $1.busyPercent } / 4
        sample.cpu = Sample.CPU(
            all: Self.modes(busy: busy, core: nil), cores: cores,
            contextSwitchesPerSecond: 2000 + 90 * busy + noise(200))
        sample.load = Sample.Load(one: busy / 20 + noise(0.2).magnitude, five: busy / 20, fifteen: busy / 20)
        let leak = moment.day.isMultiple(of: 7) && moment.isBetween(9, 12) ? (moment.hour - 9) / 3 : 0
        let used = 0.42 + 0.08 * moment.activity + 0.45 * leak + noise(0.004)
        sample.memory?.availableBytes = Int64((1 - used) * 16_600_000_000)
        for index in sample.networks.indices {
            sample.networks[index].receivedBytesPerSecond = 40_000 + 900_000 * moment.activity + noise(30_000)
            sample.networks[index].sentBytesPerSecond = 20_000 + 300_000 * moment.activity + noise(15_000)
        }
        for index in sample.fileSystems.indices where !sample.fileSystems[index].timedOut {
            sample.fileSystems[index] = Self.filling(sample.fileSystems[index], at: moment)
        }
        sample.processes?.count = 230 + Int(noise(4))
        return sample
    }

    private struct Moment {
        let day: Int64
        /// Of the day, 0 to 24, UTC.
        let hour: Double

        init(_ milliseconds: Int64) {
            day = milliseconds / 86_400_000
            hour = Double(milliseconds % 86_400_000) / 3_600_000
        }

        /// From 0 at three in the morning to 1 at three in the afternoon; weaker at weekends.
        var activity: Double {
            let isWeekend = [2, 3].contains(day % 7)
            return (1 - cos((hour - 3) / 12 * .pi)) / 2 * (isWeekend ? 0.4 : 1)
        }

        func isBetween(_ first: Double, _ last: Double) -> Bool { hour >= first && hour < last }
    }

    private static func modes(busy: Double, core: Int?) -> Sample.CPUModes {
        let busy = min(100, max(0, busy))
        var modes = Sample.CPUModes()
        modes.core = core
        modes.userPercent = busy * 0.75
        modes.systemPercent = busy * 0.25
        modes.ioWaitPercent = min(0.6, 100 - busy)
        modes.idlePercent = 100 - busy - modes.ioWaitPercent
        return modes
    }

    /// Half full at the begin of each fortnight, growing by a fiftieth of its size a day.
    private static func filling(_ fileSystem: Sample.FileSystem, at moment: Moment) -> Sample.FileSystem {
        guard let total = fileSystem.totalBytes else { return fileSystem }
        var fileSystem = fileSystem
        let days = Double(moment.day % 14) + moment.hour / 24
        fileSystem.usedBytes = Int64(Double(total) * (0.5 + days / 50))
        fileSystem.availableBytes = total - (fileSystem.usedBytes ?? 0)
        return fileSystem
    }
}
