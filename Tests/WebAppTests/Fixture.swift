import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import Synchronization
import TestSupport
@testable import WebApp

/// A web over mailboxes in memory, with an agent that answers as it is told.
struct Fixture {
    let office = MemoryMailbox.PostOffice()
    let alice: MemoryMailbox
    /// Takes Alice's place in the web.
    var stuckAlice: StuckMailbox?
    let bob: MemoryMailbox
    let agent: MemoryMailbox
    let status = ScriptedStatus()
    /// Takes the scripted status' place in the web.
    var history: (any StatusSource)?
    var configuration = WebConfiguration()

    init() throws {
        alice = try office.mailbox(of: "alice")
        bob = try office.mailbox(of: "bob")
        agent = try office.mailbox(of: "sysmaint")
        configuration.port = 0
        configuration.allowedHosts = ["status.example.org"]
    }

    func app(onRunning: @escaping @Sendable (Int) async -> Void = { _ in }) -> WebApp {
        WebApp(
            configuration, alice: stuckAlice ?? alice, bob: bob, agent: agent.owner,
            status: history ?? status, logger: .silent, onRunning: onRunning)
    }

    /// Answers every prompt with `reply`, after the given progress, while `body` runs.
    func withAgent(
        progress: [ChatProgress] = [], reply: @escaping @Sendable (ChatPrompt) -> ChatReply = Self.echo,
        _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let agent = agent
            group.addTask {
                for await received in agent.incoming() {
                    guard case .chatPrompt(let prompt) = received.message.payload else { continue }
                    let requestID = received.message.requestId
                    for step in progress {
                        try await agent.send(
                            TypedMessage(.chatProgress(step), requestId: requestID), to: received.sender)
                    }
                    try await agent.send(
                        TypedMessage(.chatReply(reply(prompt)), requestId: requestID), to: received.sender)
                }
            }
            try await body()
            group.cancelAll()
        }
    }

    static func echo(_ prompt: ChatPrompt) -> ChatReply {
        ChatReply(
            text: "You asked: \(prompt.text)", outcome: .answered, answeredBy: "offline analyst",
            usage: TokenUsage(
                promptTokens: 900, completionTokens: 80, costUSD: Decimal(string: "0.000183") ?? 0),
            evidence: [Evidence(toolCallId: "call-1", tool: "get_current_status", from: 1_000, to: 61_000)],
            unbackedFigures: ["42"], elapsedMilliseconds: 1_200)
    }
}

/// A status source that tests can change.
final class ScriptedStatus: StatusSource {
    struct Unreadable: Error {}

    private struct State {
        var status = ScriptedStatus.empty
        var isUnreadable = false
        var resets: [Date] = []
        var asked: [HistoryWindow] = []
    }

    private let state = Mutex(State())

    static let empty = CurrentStatus(sample: nil, ageSeconds: nil, usage: usage(requests: 0))

    static func usage(requests: Int, since: Int64? = nil) -> UsageTotals {
        UsageTotals(
            since: since, requests: requests, promptTokens: requests * 900, completionTokens: requests * 80,
            costUSD: Decimal(requests) / 1000, dailyBudgetUSD: nil)
    }

    static func reading(takenAt: Int64, age: Double) -> CurrentStatus {
        CurrentStatus(
            sample: CannedTelemetry.sample(takenAt: takenAt), ageSeconds: age, usage: usage(requests: 3))
    }

    func set(_ status: CurrentStatus) { state.withLock { $0.status = status } }
    func setUnreadable(_ value: Bool) { state.withLock { $0.isUnreadable = value } }
    var resets: [Date] { state.withLock { $0.resets } }
    var asked: [HistoryWindow] { state.withLock { $0.asked } }

    func current() async throws -> CurrentStatus {
        try state.withLock { state in
            if state.isUnreadable { throw Unreadable() }
            return state.status
        }
    }

    func history(from: Date, to: Date, resolution: Duration) async throws -> StatusHistory {
        try state.withLock { state in
            if state.isUnreadable { throw Unreadable() }
            state.asked.append(HistoryWindow(from: from, to: to, resolution: resolution))
        }
        return CannedTelemetry.history(from: from, to: to, resolution: resolution)
    }

    func resetUsage(at moment: Date) async throws {
        state.withLock { state in
            state.resets.append(moment)
            state.status = CurrentStatus(
                sample: state.status.sample, ageSeconds: state.status.ageSeconds,
                usage: Self.usage(requests: 0, since: moment.milliseconds))
        }
    }
}

/// A mailbox whose messages all end in the same way.
struct StuckMailbox: Mailbox, EncryptionSource, NothingHeld {
    let owner: IdentityID
    let delivery: HistoryEntry.Delivery
    let failure: String?
    private let sent = Sent()

    init(owner: String, delivery: HistoryEntry.Delivery, failure: String? = nil) throws {
        self.owner = try IdentityID(owner)
        self.delivery = delivery
        self.failure = failure
    }

    func send(_ message: TypedMessage, to peer: IdentityID, class: DeliveryClass, id: UUID) async throws {
        sent.entries.withLock { entries in
            entries.append(
                HistoryEntry(
                    cursor: Int64(entries.count + 1), id: id, direction: .sent, peer: peer, message: message,
                    at: Date(), delivery: delivery, failure: failure))
        }
    }

    func incoming() -> AsyncStream<ReceivedMessage> { AsyncStream { _ in } }
    func confirm(_ messages: [ReceivedMessage]) async throws {}
    func handled(_ message: ReceivedMessage) async throws {}
    func deliveries() -> AsyncStream<DeliveryChange> { AsyncStream { _ in } }
    func conversation(
        with peer: IdentityID, before cursor: Int64?, limit: Int
    ) async throws -> [HistoryEntry] {
        sent.entries.withLock { $0.conversation(with: peer, before: cursor, limit: limit) }
    }
    func sealedMessages(_ messageID: UUID) async throws -> [SealedMessage] { [] }
    func sessions(with peer: IdentityID) async throws -> [SessionFigures] { [] }
    func safetyCode(with peer: IdentityID) async throws -> SafetyCode? { nil }
    func history(after cursor: Int64, limit: Int) async throws -> [HistoryEntry] {
        sent.entries.withLock { Array($0.filter { $0.cursor > cursor }.prefix(limit)) }
    }

    private final class Sent: Sendable {
        let entries = Mutex<[HistoryEntry]>([])
    }
}

/// Nothing was ever held.
protocol NothingHeld: TrustSource {}

extension NothingHeld {
    func heldMessages() async throws -> [ReceivedMessage] { [] }
    func unapprovedKeys() async throws -> [UnapprovedKey] { [] }
    func heldChanges() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
    func approve(_ peer: IdentityID, safetyNumber: String) async throws {}
    func reject(_ peer: IdentityID, safetyNumber: String) async throws {}
}
