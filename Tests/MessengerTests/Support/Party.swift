import Cryptography
import Foundation
import Logging
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Synchronization
import TestSupport

@testable import KeyStore
@testable import Messenger

/// A clock on which short waits take no time and long ones never end.
struct EagerClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    var now: Instant { Instant(offset: .zero) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        guard deadline.offset > .seconds(600) else { return await Task.yield() }
        for await _ in AsyncStream<Never>(unfolding: { try? await Self.untilCancelled() }) {}
        throw CancellationError()
    }

    private static func untilCancelled() async throws -> Never? {
        var iterator = AsyncStream<Void>.makeStream().stream.makeAsyncIterator()
        _ = await iterator.next()
        throw CancellationError()
    }
}

/// One identity with its store, restartable.
final class Party: Sendable {
    static let passphrase: SecretText = "correct horse battery staple"

    let scratch: ScratchDirectory
    let relay: any Relay
    let wallClock: WallClock
    let clock: any Clock<Duration>
    private let current: Mutex<Messenger>

    init(
        _ name: String, device: UInt8 = 1, relay: any Relay, wallClock: WallClock = WallClock(),
        clock: any Clock<Duration> = EagerClock(), identity: IdentityKeyPair = IdentityKeyPair()
    ) throws {
        scratch = try ScratchDirectory()
        self.relay = relay
        self.wallClock = wallClock
        self.clock = clock
        let store = try KeyStore.create(
            at: scratch.file("store.db"), passphrase: Self.passphrase,
            owner: DeviceAddress(IdentityID(name), DeviceID(device)), identity: identity,
            now: { wallClock.now })
        current = Mutex(Self.messenger(store, relay, clock))
    }

    static func registered(
        _ name: String, relay: any Relay, wallClock: WallClock = WallClock(),
        clock: any Clock<Duration> = EagerClock()
    ) async throws -> Party {
        let party = try Party(name, relay: relay, wallClock: wallClock, clock: clock)
        try await party.messenger.register()
        return party
    }

    var messenger: Messenger { current.withLock { $0 } }
    var store: KeyStore { messenger.store }
    var id: IdentityID { messenger.owner }
    var address: DeviceAddress { messenger.address }

    /// What a killed process leaves behind is what is in the file: a new life begins from there.
    ///
    /// With a backup, the store is lost and made from that.
    func restart(relay: (any Relay)? = nil, from backup: String? = nil) throws {
        store.close()
        if let backup {
            try FileManager.default.removeItem(atPath: scratch.file("store.db"))
            try KeyStore.restore(
                from: backup, to: scratch.file("store.db"), passphrase: Self.passphrase,
                now: { [wallClock] in wallClock.now }
            ).close()
        }
        let store = try reopened()
        let messenger = Self.messenger(store, relay ?? self.relay, clock)
        current.withLock { $0 = messenger }
    }

    private func reopened() throws -> KeyStore {
        while true {
            do {
                return try KeyStore.open(
                    at: scratch.file("store.db"), passphrase: Self.passphrase,
                    now: { [wallClock] in wallClock.now })
            } catch KeyStoreError.inUse {
                // A program that another test has just started has a copy of the lock until it is a program of its own.
                sched_yield()
            }
        }
    }

    private static func messenger(
        _ store: KeyStore, _ relay: any Relay, _ clock: any Clock<Duration>
    ) -> Messenger {
        Messenger(store: store, relay: relay, logger: .silent, clock: clock, stock: stock)
    }

    /// Small, because making keys takes most of the time of a test.
    static let stock = PreKeyStock(full: 10, low: 3)
}

extension Party {
    /// Sends a chat and hands it to the relay.
    @discardableResult
    func say(_ text: String, to peer: Party) async throws -> UUID {
        let id = try await messenger.send(.chat(text), to: peer.id)
        _ = try await messenger.flush()
        return id
    }

    /// What was said to this party and not handled yet, after taking in what waits on the relay.
    func hears() async throws -> [String] {
        _ = try await messenger.receiveUntilEmpty()
        return try await messenger.inbox(limit: 1000).map(\.text)
    }

    func handleAll() async throws {
        for message in try await messenger.inbox(limit: 1000) { try await messenger.handled(message) }
    }

    func causes() async throws -> [String] { try await messenger.incidents(limit: 10).map(\.cause) }

    func history() async throws -> [HistoryEntry] { try await messenger.history(after: 0, limit: 1000) }

    func waiting() async throws -> [OutboxMessage] {
        try await store.read { try $0.outbox.page(after: 0, limit: 100).messages }
    }

    func outboxCount() async throws -> Int { try await store.read { try $0.outbox.count() } }
}

extension TypedMessage {
    static func chat(_ text: String) -> TypedMessage { TypedMessage(.userChat(UserChat(text: text))) }
}

extension ReceivedMessage {
    /// The text of a chat, otherwise the kind.
    var text: String {
        if case .userChat(let chat) = message.payload { chat.text } else { message.payload.kind.rawValue }
    }
}

/// Runs services while `body` runs; the first error of any of them is thrown.
func running<Value: Sendable>(
    _ messengers: [Messenger], _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        for messenger in messengers {
            group.addTask {
                try await messenger.run()
                return nil
            }
        }
        group.addTask { try await body() }
        defer { group.cancelAll() }
        while let value = try await group.next() {
            if let value { return value }
        }
        throw CancellationError()
    }
}

/// Returns when the condition holds; it is looked at whenever the signal is raised.
func until(_ signal: ChangeSignal, _ condition: () async throws -> Bool) async throws {
    for await _ in signal.changes() where try await condition() { return }
    throw CancellationError()
}
