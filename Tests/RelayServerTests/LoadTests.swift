import Foundation
import HTTP
import RelayAPI
import SignalProtocol
import TestSupport
import Testing

@testable import RelayServer

/// The limits at their real size, and peers that hold on to what they do not use.
struct LoadTests {
    /// Lends a store in which Alice and Bob are registered.
    private static func run(
        limits: QueueLimits = QueueLimits(),
        _ body: (SQLiteRelayStore, _ alice: TestDevice, _ bob: TestDevice) async throws -> Void
    ) async throws {
        let folder = try ScratchDirectory()
        let (alice, bob) = (try TestDevice("alice"), try TestDevice("bob"))
        let store = try SQLiteRelayStore(path: folder.file("relay.db"), limits: limits)
        for (number, device) in [alice, bob].enumerated() {
            let known = RegisteredDevice(
                address: device.address, registrationID: 7, identityKey: device.identity.publicKey.wire,
                registeredAt: 1)
            try await store.register(known, tokenHash: [UInt8(number)], at: 1)
        }
        try await body(store, alice, bob)
        // The folder goes with its last owner.
        withExtendedLifetime(folder) {}
    }

    /// Lends a store in which Bob and these senders are registered.
    private static func run(
        senders count: Int, limits: QueueLimits = QueueLimits(),
        _ body: (SQLiteRelayStore, _ senders: [TestDevice], _ bob: TestDevice) async throws -> Void
    ) async throws {
        try await run(limits: limits) { store, alice, bob in
            var senders = [alice]
            for number in 1..<count {
                let sender = try TestDevice("sender\(number)")
                try await store.register(
                    RegisteredDevice(
                        address: sender.address, registrationID: 7,
                        identityKey: sender.identity.publicKey.wire, registeredAt: 1),
                    tokenHash: [UInt8(100 + number)], at: 1)
                senders.append(sender)
            }
            try await body(store, senders, bob)
        }
    }

    /// Sends so many at once and says how many were taken.
    private static func accepted(
        _ count: Int, _ text: String, from sender: TestDevice, to recipient: TestDevice,
        by store: SQLiteRelayStore
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do {
                        _ = try await store.accept(sender.envelope(to: recipient, text), at: 10)
                        return true
                    } catch StoreError.queueFull, StoreError.shareFull, StoreError.senderFull {
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    @Test func tenThousandMessagesWaitForADeviceAndNoMore() async throws {
        try await Self.run(senders: 5) { store, senders, bob in
            var taken = 0
            for sender in senders {
                taken += try await Self.accepted(2_501, "x", from: sender, to: bob, by: store)
            }
            #expect(taken == 10_000)
            let waiting = try await store.totals().queuedMessages
            #expect(waiting == 10_000)
            // The queues of others are their own.
            let others = try await Self.accepted(1, "x", from: bob, to: senders[0], by: store)
            #expect(others == 1)
        }
    }

    @Test func sixtyFourMebibytesWaitForADeviceAndNoMore() async throws {
        try await Self.run(senders: 5) { store, senders, bob in
            let limit = 64 * 1024 * 1024
            let text = String(repeating: "x", count: Envelope.maxBodyByteCount)
            let size = try senders[0].envelope(to: bob, text).protobuf.count
            let share = limit / 4 / size
            for sender in senders.dropLast() {
                let taken = try await Self.accepted(share + 3, text, from: sender, to: bob, by: store)
                #expect(taken == share)
            }
            var waiting = try await store.totals().queuedBytes
            #expect(waiting <= limit)
            _ = try await Self.accepted(share, text, from: senders[4], to: bob, by: store)
            waiting = try await store.totals().queuedBytes
            #expect(waiting <= limit && waiting > limit - size)
        }
    }

    @Test func theLogStaysBoundedWhileMessagesComeAndGo() async throws {
        try await Self.run { store, alice, bob in
            let text = String(repeating: "x", count: 64 * 1024)
            var written = 0
            var last: Int64 = 0
            // More than the log may grow to, several times over.
            while written < 2 * SQLiteRelayStore.maxLogByteCount {
                written +=
                    try await Self.accepted(64, text, from: alice, to: bob, by: store) * text.utf8.count
                let messages = try await store.messages(
                    for: bob.address, .regular(after: last), maxCount: 64, maxByteCount: .max, at: 10
                ).messages
                #expect(messages.count == 64)
                last = messages.last?.sequence ?? last
                try await store.acknowledgeNow(messages.map(\.sequence), for: bob.address)
                #expect(store.figures.logBytes <= SQLiteRelayStore.maxLogByteCount)
            }
            let waiting = try await store.totals().queuedBytes
            #expect(waiting == 0)
        }
    }

    /// Who reads nothing gets what the network between holds; the rest stays on disk, and others are served.
    @Test func aDeviceThatDoesNotReadIsNotReadAheadFor() async throws {
        try await TestRelay.run(in: ScratchDirectory(), configure: { $0.rates = .unlimited }) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let carol = try await TestDevice("carol").registered(at: relay)
            let text = String(repeating: "x", count: Envelope.maxBodyByteCount)
            let now = Date().milliseconds
            let count = 240
            for number in 1...count {
                let sender = [alice, bob, carol][number % 3]
                _ = try await relay.store.accept(sender.envelope(to: bob, text), at: now)
            }

            let connection = try RawConnection(port: relay.port)
            try await connection.send(TestSocket.handshake(path: "/ws?client_id=bob", token: bob.token))
            try await waitUntil { try await relay.diagnostics().deliveredTotal > 0 }
            // A whole conversation of others goes by meanwhile.
            try await TestSocket.open(relay, as: alice) { socket in
                try await socket.expect(.queueEmpty)
                for number in 1...200 {
                    let envelope = try alice.envelope(to: carol, "\(number)")
                    try await socket.send(.send(envelope))
                    try await socket.expect(.sent(envelope.copy))
                }
            }
            let delivered = try await relay.diagnostics().deliveredTotal
            #expect(delivered < count / 2, "\(delivered) of \(count)")
            withExtendedLifetime(connection) {}
            #expect(try await relay.store.totals().queuedMessages == count + 200)
        }
    }

    @Test func idleConnectionsAreClosedAndKeepNobodyOut() async throws {
        func configure(_ configuration: inout RelayConfiguration) { configuration.idleTimeout = .seconds(3) }
        try await TestRelay.run(in: ScratchDirectory(), configure: configure) { relay in
            // Fewer than the kernel lets wait for the relay: beyond, it forgets some without telling them.
            let connections = try (1...200).map { _ in try RawConnection(port: relay.port) }
            #expect(try await relay.request(.get, "/health").status == 200)
            for connection in connections { #expect(await connection.receive() == nil) }
            #expect(try await relay.request(.get, "/health").status == 200)
        }
    }
}
