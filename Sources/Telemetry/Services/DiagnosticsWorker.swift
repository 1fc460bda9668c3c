import Logging
import MaintenanceAPI
import RelayAPI
import Services

/// Posts metrics of the relay's host to the relay at a fixed interval, until shutdown.
package struct DiagnosticsWorker: Service {
    private let interval: Duration
    private let clock: any Clock<Duration>
    private let logger: Logger
    private let sample: @Sendable () async throws -> Sample
    private let post: @Sendable (HostMetrics) async throws -> Void

    /// `sample` takes a sample, like `Sampler.sample`; `post` sends its metrics to the relay.
    package init(
        interval: Duration = .seconds(10), clock: any Clock<Duration> = .continuous, logger: Logger,
        sample: @escaping @Sendable () async throws -> Sample,
        post: @escaping @Sendable (HostMetrics) async throws -> Void
    ) {
        self.interval = interval
        self.clock = clock
        self.logger = logger
        self.sample = sample
        self.post = post
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // Ends only by cancellation, which is how the service ends.
            try? await eachInterval(interval, on: clock) { await postOnce() }
        }
    }

    /// Takes and posts one sample. A failure is logged; the next sample replaces the lost one.
    func postOnce() async {
        do {
            try await post(HostMetrics(sample()))
        } catch is CancellationError {
            return
        } catch {
            logger.warning("host metrics lost", ["error": "\(error)"])
        }
    }
}

extension HostMetrics {
    /// The few metrics of a sample that the relay keeps.
    package init(_ sample: Sample) {
        self.init(
            timestamp: sample.takenAt, cpuPercent: sample.cpu?.all.busyPercent.toHundredths,
            load1: sample.load?.one, memoryUsedBytes: sample.memory?.usedBytes,
            memoryTotalBytes: sample.memory?.totalBytes,
            diskUsedPercent: sample.fileSystems.compactMap(\.usedPercent).max()?.toHundredths)
    }
}

extension Sample.Memory {
    fileprivate var usedBytes: Int64? {
        guard let totalBytes, let availableBytes else { return nil }
        return max(0, totalBytes - availableBytes)
    }
}
