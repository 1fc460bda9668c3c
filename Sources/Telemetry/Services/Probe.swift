import Logging
import MaintenanceAPI
import RelayAPI
import Services

/// Samples this machine at a fixed interval and reports to the agent, until shutdown.
package actor Probe: Service {
    private let mailbox: any Mailbox
    private let agent: IdentityID
    private let interval: Duration
    private let clock: any Clock<Duration>
    private let sample: @Sendable () async throws -> Sample
    private let relayDiagnostics: @Sendable () async throws -> RelayDiagnostics?
    private let logger: Logger
    private var queue = ReportQueue()
    private var isFlushing = false
    private var isRelayAway = false
    private(set) var failedSampleCount = 0
    private(set) var failuresInARow = 0

    /// How long to wait for the relay's figures.
    static let relayPatience = Duration.seconds(2)

    /// The agent receives the reports. `sample` takes a sample, like `Sampler.sample`. `relayDiagnostics` returns the
    /// relay's figures; it returns nil if there is no way to ask, and throws if the relay does not answer.
    package init(
        mailbox: any Mailbox, agent: IdentityID, interval: Duration = .seconds(10),
        clock: any Clock<Duration> = .continuous, logger: Logger,
        sample: @escaping @Sendable () async throws -> Sample,
        relayDiagnostics: @escaping @Sendable () async throws -> RelayDiagnostics?
    ) {
        self.mailbox = mailbox
        self.agent = agent
        self.interval = interval
        self.clock = clock
        self.sample = sample
        self.relayDiagnostics = relayDiagnostics
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await message in self.mailbox.incoming() { await self.receive(message) }
                }
                // Ends only by cancellation, which is how the service ends.
                group.addTask {
                    try? await eachInterval(self.interval, on: self.clock) { await self.sampleOnce() }
                }
            }
        }
    }

    /// Takes one sample. A failure is logged and counted; it does not stop the service.
    func sampleOnce() async {
        async let relay = askRelay()
        do {
            var sample = try await self.sample()
            sample.relay = await relay
            var cost = sample.probe ?? Sample.ProbeCost()
            cost.waitingSamples = queue.waiting.count
            cost.failedSamples = failedSampleCount
            cost.droppedSamples = queue.droppedCount
            sample.probe = cost
            failuresInARow = 0
            queue.taken(sample, after: interval)
        } catch is CancellationError {
            return
        } catch {
            failedSampleCount += 1
            failuresInARow += 1
            logger.warning("sample lost", ["error": "\(error)", "inARow": "\(failuresInARow)"])
        }
        await flush()
    }

    func receive(_ received: ReceivedMessage) async {
        do {
            switch received.message.payload {
            case .telemetryAck(let ack) where received.sender == agent:
                queue.acknowledged(ack.takenAt)
                await flush()
            case .ping:
                try await mailbox.send(
                    TypedMessage(.pong, requestId: received.message.requestId), to: received.sender,
                    class: .online)
            default:
                break
            }
            try await mailbox.handled(received)
        } catch {
            logger.warning(
                "message not handled",
                ["kind": "\(received.message.payload.kind.rawValue)", "error": "\(error)"])
        }
    }

    /// The relay's figures; nil if they do not arrive in time. Logs this once, not for every sample.
    private func askRelay() async -> RelayDiagnostics? {
        do {
            let answer = try await withDeadline(Self.relayPatience, on: clock) { [relayDiagnostics] in
                Answer(diagnostics: try await relayDiagnostics())
            }
            guard let answer else { throw RelayTimeout() }
            if isRelayAway { logger.info("relay is back") }
            isRelayAway = false
            return answer.diagnostics
        } catch {
            if !isRelayAway, !(error is CancellationError) {
                logger.warning("relay does not answer", ["error": "\(error)"])
            }
            isRelayAway = true
            return nil
        }
    }

    /// Sends the samples that are due. Only one task does so at a time, which keeps them in queue order.
    private func flush() async {
        guard !isFlushing else { return }
        isFlushing = true
        defer { isFlushing = false }
        while let sample = queue.next(isRelayAway: isRelayAway) {
            do {
                try await mailbox.send(
                    TypedMessage(.telemetryReport(TelemetryReport(sample: sample))), to: agent, class: .latest
                )
            } catch {
                queue.failed(sample)
                logger.warning(
                    "report not sent",
                    ["error": "\(error)", "waiting": "\(queue.waiting.count)"])
                return
            }
        }
    }

    /// Distinguishes "answered without figures" from "did not answer".
    private struct Answer {
        let diagnostics: RelayDiagnostics?
    }

    private struct RelayTimeout: Error, CustomStringConvertible {
        var description: String { "no answer within \(Probe.relayPatience)" }
    }
}
