import Logging
import MaintenanceAPI
import RelayAPI
import TestSupport
import Testing

@testable import Telemetry

struct DiagnosticsWorkerTests {
    private struct Refused: Error {}

    private let logger = Logger.silent

    private var sample: Sample {
        var sample = Sample(takenAt: 1_800_000_000_000)
        var modes = Sample.CPUModes()
        modes.idlePercent = 70
        modes.ioWaitPercent = 5
        sample.cpu = Sample.CPU(all: modes, cores: [], contextSwitchesPerSecond: nil)
        sample.load = Sample.Load(one: 1.5, five: 1, fifteen: 0.5)
        sample.memory = Sample.Memory()
        sample.memory?.totalBytes = 1000
        sample.memory?.availableBytes = 400
        sample.fileSystems = ([(60, 40), (90, 10)] as [(Int64, Int64)]).map { used, available in
            var system = Sample.FileSystem(mountPoint: "/\(used)", device: "d", type: "ext4")
            system.usedBytes = used
            system.availableBytes = available
            return system
        }
        return sample
    }

    @Test func figuresAreTakenFromTheReading() {
        #expect(
            HostMetrics(sample)
                == HostMetrics(
                    timestamp: 1_800_000_000_000, cpuPercent: 25, load1: 1.5, memoryUsedBytes: 600,
                    memoryTotalBytes: 1000, diskUsedPercent: 90))
    }

    @Test func whatTheReadingLacksIsAbsent() {
        #expect(
            HostMetrics(Sample(takenAt: 7))
                == HostMetrics(
                    timestamp: 7, cpuPercent: nil, load1: nil, memoryUsedBytes: nil, memoryTotalBytes: nil,
                    diskUsedPercent: nil))
    }

    @Test func aPostThatFailsDoesNotEndTheService() async throws {
        let clock = ManualClock()
        let (posts, post) = AsyncStream.makeStream(of: HostMetrics.self)
        let worker = DiagnosticsWorker(clock: clock, logger: logger, sample: { [sample] in sample }) {
            metrics in
            post.yield(metrics)
            throw Refused()
        }
        let task = Task { try await worker.run() }
        var posted = posts.makeAsyncIterator()
        #expect(await posted.next() == HostMetrics(sample))
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        #expect(await posted.next() != nil)
        task.cancel()
        try await task.value
    }
}
