import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import TestSupport
import Testing

@testable import WebApp

/// What is under way when the web stops fails with `CancellationError`; that is no news for anybody.
struct CancellationTests {
    private let lines = LogRecorder(from: .info)
    private var logger: Logger { lines.logger }

    @Test func cancelledLookAtTheStatusSaysNothing() async throws {
        let events = EventHub(logger: logger)
        let watcher = StatusWatcher(
            source: CancelledStatus(), events: events, staleAfter: .seconds(45), logger: logger)
        await watcher.look()
        #expect(lines.messages == [])
        var stream = try events.subscribe(after: nil).stream.makeAsyncIterator()
        #expect(await stream.next()?.contains("event: hello") == true)
        events.heartbeat()
        // No state stands between them.
        #expect(await stream.next()?.contains("event: heartbeat") == true)
    }

    @Test func cancelledLookAtDeliveriesSaysNothing() async throws {
        let people = People(
            alice: CancelledMailbox(owner: try IdentityID("alice")),
            bob: CancelledMailbox(owner: try IdentityID("bob")), agent: try IdentityID("sysmaint"))
        let conversations = Conversations(
            people: people, chatTimeout: .seconds(1), events: EventHub(logger: logger), logger: logger)
        await conversations.followDeliveries(of: .alice)
        #expect(lines.messages == [])
    }

    @Test func cancelledReadingOfAMailboxSaysNothing() async throws {
        let people = People(
            alice: CancelledMailbox(owner: try IdentityID("alice")),
            bob: CancelledMailbox(owner: try IdentityID("bob")), agent: try IdentityID("sysmaint"))
        let events = EventHub(logger: logger)
        let conversations = Conversations(
            people: people, chatTimeout: .seconds(1), events: events, logger: logger)
        await conversations.receive(for: .alice)
        #expect(lines.messages == [])
    }
}

private struct CancelledStatus: StatusSource {
    func current() async throws -> CurrentStatus { throw CancellationError() }
    func history(from: Date, to: Date, resolution: Duration) async throws -> StatusHistory {
        throw CancellationError()
    }
    func resetUsage(at: Date) async throws { throw CancellationError() }
}

/// Has one message, and is closed before it can be dealt with.
private struct CancelledMailbox: Mailbox, EncryptionSource, NothingHeld {
    let owner: IdentityID

    func send(_ message: TypedMessage, to peer: IdentityID, class: DeliveryClass, id: UUID) async throws {
        throw CancellationError()
    }

    func incoming() -> AsyncStream<ReceivedMessage> {
        AsyncStream { continuation in
            continuation.yield(
                ReceivedMessage(id: UUID(), sender: owner, message: TypedMessage(.ping()), receivedAt: Date())
            )
            continuation.finish()
        }
    }

    func confirm(_ messages: [ReceivedMessage]) async throws { throw CancellationError() }
    func handled(_ message: ReceivedMessage) async throws { throw CancellationError() }
    func deliveries() -> AsyncStream<DeliveryChange> { AsyncStream { $0.finish() } }
    func conversation(
        with peer: IdentityID, before cursor: Int64?, limit: Int
    ) async throws -> [HistoryEntry] { throw CancellationError() }
    func history(after cursor: Int64, limit: Int) async throws -> [HistoryEntry] { throw CancellationError() }
    func sealedMessages(_ messageID: UUID) async throws -> [SealedMessage] { [] }
    func sessions(with peer: IdentityID) async throws -> [SessionFigures] { [] }
    func safetyCode(with peer: IdentityID) async throws -> SafetyCode? { nil }
}
