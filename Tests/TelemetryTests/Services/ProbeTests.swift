import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import Synchronization
import TestSupport
import Testing

@testable import Telemetry

struct ProbeTests {
    private struct Broken: Error {}

    private let office = MemoryMailbox.PostOffice()
    private let clock = ManualClock()
    private let logger = Logger.silent
    private let probeBox: MemoryMailbox
    private let agentBox: MemoryMailbox

    init() throws {
        probeBox = try office.mailbox(of: "diagprobe")
        agentBox = try office.mailbox(of: "sysmaint")
    }

    private func probe(
        mailbox: (any Mailbox)? = nil,
        sample: (@Sendable () async throws -> Sample)? = nil,
        relay: @escaping @Sendable () async throws -> RelayDiagnostics? = { nil }
    ) -> Probe {
        let count = Counter()
        return Probe(
            mailbox: mailbox ?? probeBox, agent: agentBox.owner, clock: clock, logger: logger,
            sample: sample ?? { Sample(takenAt: count.next()) }, relayDiagnostics: relay)
    }

    /// The moments of the next reports that the agent gets.
    private func reports(_ count: Int) async -> [Sample] {
        var samples: [Sample] = []
        for await message in agentBox.incoming() {
            if case .telemetryReport(let report) = message.message.payload { samples.append(report.sample) }
            if samples.count == count { break }
        }
        return samples
    }

    private func ack(_ moment: Int64, from sender: IdentityID? = nil) -> ReceivedMessage {
        ReceivedMessage(
            id: UUID(), sender: sender ?? agentBox.owner,
            message: TypedMessage(.telemetryAck(TelemetryAck(takenAt: moment))), receivedAt: Date())
    }

    @Test func readingsGoToTheAgentWithTheRelaysFiguresAndTheProbesCost() async throws {
        let probe = probe(relay: { .quiet })
        await probe.sampleOnce()
        let sample = try #require(await reports(1).first)
        #expect(sample.takenAt == 1)
        #expect(sample.relay == .quiet)
        #expect(sample.probe?.waitingSamples == 0)
        #expect(sample.probe?.failedSamples == 0)
        #expect(sample.probe?.droppedSamples == 0)
    }

    @Test func droppedReadingsAreCounted() async throws {
        let probe = probe(relay: { throw Broken() })
        let count = ReportQueue.maxUnacknowledgedCount + ReportQueue.maxWaitingCount + 3
        for _ in 0..<count { await probe.sampleOnce() }
        await probe.receive(ack(Int64(ReportQueue.maxUnacknowledgedCount)))
        let samples = await reports(ReportQueue.maxUnacknowledgedCount + 1)
        #expect(samples.last?.takenAt == Int64(count))
        #expect(samples.last?.probe?.droppedSamples == 2)
    }

    @Test func aFailedReadingIsCountedAndTheNextOneGoesOut() async throws {
        let count = Counter()
        let probe = probe(sample: {
            let number = count.next()
            guard number > 2 else { throw Broken() }
            return Sample(takenAt: number)
        })
        await probe.sampleOnce()
        await probe.sampleOnce()
        #expect(await probe.failuresInARow == 2)
        await probe.sampleOnce()
        #expect(await probe.failuresInARow == 0)
        let sample = try #require(await reports(1).first)
        #expect(sample.takenAt == 3)
        #expect(sample.probe?.failedSamples == 2)
    }

    @Test func withoutTheRelaysFiguresReadingsGoOnAndWait() async throws {
        let probe = probe(relay: { throw Broken() })
        for _ in 0..<20 { await probe.sampleOnce() }
        let samples = await reports(3)
        #expect(samples.map(\.takenAt) == [1, 2, 3])
        #expect(samples.allSatisfy { $0.relay == nil })
        await probe.receive(ack(3))
        #expect(await reports(3).map(\.takenAt) == [20, 19, 18])
    }

    @Test func aRelayThatHangsIsNotWaitedFor() async throws {
        let probe = probe(relay: {
            let (never, _) = AsyncStream.makeStream(of: Never.self)
            for await _ in never {}
            return nil
        })
        async let sampled: Void = probe.sampleOnce()
        await clock.waitForSleepers()
        clock.advance(by: Probe.relayPatience)
        await sampled
        #expect(await reports(1).map(\.takenAt) == [1])
    }

    @Test func acknowledgementsLetWaitingReportsGoNewestFirst() async throws {
        let probe = probe()
        for _ in 0..<6 { await probe.sampleOnce() }
        #expect(await reports(3).map(\.takenAt) == [1, 2, 3])
        await probe.receive(ack(1))
        #expect(await reports(1).map(\.takenAt) == [6])
        await probe.receive(ack(6))
        #expect(await reports(2).map(\.takenAt) == [5, 4])
        await probe.receive(ack(4))
        await probe.sampleOnce()
        #expect(await reports(1).first?.probe?.waitingSamples == 0)
    }

    @Test func acknowledgementsOfOthersCountForNothing() async throws {
        let probe = probe()
        for _ in 0..<4 { await probe.sampleOnce() }
        #expect(await reports(3).map(\.takenAt) == [1, 2, 3])
        let other = ack(3, from: try IdentityID("mallory"))
        await probe.receive(other)
        await probe.receive(ack(3))
        #expect(await reports(1).map(\.takenAt) == [4])
        #expect(probeBox.handledIDs.contains(other.id))
    }

    @Test func pingsAreAnsweredAndEveryMessageIsHandled() async throws {
        let probe = probe()
        let alice = try office.mailbox(of: "alice")
        let ping = ReceivedMessage(
            id: UUID(), sender: alice.owner, message: TypedMessage(.ping(), requestId: UUID()),
            receivedAt: Date())
        let chat = ReceivedMessage(
            id: UUID(), sender: alice.owner, message: TypedMessage(.userChat(UserChat(text: "hi"))),
            receivedAt: Date())
        await probe.receive(chat)
        await probe.receive(ping)
        var answers = alice.incoming().makeAsyncIterator()
        let answer = await answers.next()
        #expect(answer?.message == TypedMessage(.pong, requestId: ping.message.requestId))
        #expect(probeBox.handledIDs == [ping.id, chat.id])
    }

    @Test func reportsThatCannotBeSentWait() async throws {
        let mailbox = FlakyMailbox(probeBox)
        let probe = probe(mailbox: mailbox)
        mailbox.isBroken.withLock { $0 = true }
        for _ in 0..<5 { await probe.sampleOnce() }
        mailbox.isBroken.withLock { $0 = false }
        await probe.sampleOnce()
        let samples = await reports(3)
        #expect(samples.map(\.takenAt) == [6, 5, 4])
        #expect(samples.first?.probe?.waitingSamples == 5)
    }

    @Test func runSamplesAtTheIntervalAndEndsWhenCancelled() async throws {
        let probe = probe()
        let task = Task { try await probe.run() }
        #expect(await reports(1).map(\.takenAt) == [1])
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        #expect(await reports(1).map(\.takenAt) == [2])
        try await agentBox.send(TypedMessage(.telemetryAck(TelemetryAck(takenAt: 2))), to: probeBox.owner)
        while probeBox.handledIDs.isEmpty { await Task.yield() }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(9))
        #expect(await reports(1).map(\.takenAt) == [3])
        task.cancel()
        try await task.value
    }
}

/// 1, 2, 3 …
private final class Counter: Sendable {
    private let value = Mutex<Int64>(0)

    func next() -> Int64 {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

/// A mailbox that can be made to refuse.
private final class FlakyMailbox: Mailbox {
    struct Refused: Error {}

    let isBroken = Mutex(false)
    private let mailbox: MemoryMailbox

    init(_ mailbox: MemoryMailbox) { self.mailbox = mailbox }

    var owner: IdentityID { mailbox.owner }

    func send(_ message: TypedMessage, to peer: IdentityID, class: DeliveryClass, id: UUID) async throws {
        guard !isBroken.withLock({ $0 }) else { throw Refused() }
        try await mailbox.send(message, to: peer, class: `class`, id: id)
    }

    func incoming() -> AsyncStream<ReceivedMessage> { mailbox.incoming() }
    func confirm(_ messages: [ReceivedMessage]) async throws { try await mailbox.confirm(messages) }
    func handled(_ message: ReceivedMessage) async throws { try await mailbox.handled(message) }
    func deliveries() -> AsyncStream<DeliveryChange> { mailbox.deliveries() }
    func conversation(
        with peer: IdentityID, before cursor: Int64?, limit: Int
    ) async throws -> [HistoryEntry] {
        try await mailbox.conversation(with: peer, before: cursor, limit: limit)
    }
    func history(after cursor: Int64, limit: Int) async throws -> [HistoryEntry] {
        try await mailbox.history(after: cursor, limit: limit)
    }
}

extension RelayDiagnostics {
    static let quiet = RelayDiagnostics(
        version: "1", uptimeSeconds: 1, users: 4, devices: 4, oneTimePreKeysLeft: 100, queuedMessages: 0,
        queuedBytes: 0,
        connections: 4, acceptedTotal: 1, deliveredTotal: 1, ackedTotal: 1, acceptedPerSecond: 0,
        ackLatencyP50Milliseconds: nil, ackLatencyP99Milliseconds: nil, residentBytes: 1, cpuSeconds: 1,
        openFileDescriptors: 1, host: nil)
}
