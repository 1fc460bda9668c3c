import Database
import Foundation
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import RelayServer

struct StoreTests {
    /// A store with a sender and a recipient.
    private static func run(
        limits: QueueLimits = QueueLimits(),
        _ body: (SQLiteRelayStore, _ sender: TestDevice, _ recipient: TestDevice) async throws -> Void
    ) async throws {
        let folder = try ScratchDirectory()
        let (alice, bob) = (try TestDevice("alice"), try TestDevice("bob"))
        try await body(try await open(folder, [alice, bob], limits: limits), alice, bob)
    }

    private static func open(
        _ folder: ScratchDirectory, _ devices: [TestDevice], limits: QueueLimits = QueueLimits()
    ) async throws -> SQLiteRelayStore {
        let store = try SQLiteRelayStore(path: folder.file("relay.db"), limits: limits)
        for (number, device) in devices.enumerated() {
            try await store.register(device.known, tokenHash: [UInt8(number)], at: 1)
        }
        return store
    }

    private static func waiting(_ store: SQLiteRelayStore, _ device: TestDevice, after: Int64 = 0)
        async throws
        -> [QueuedMessage]
    {
        try await store.messages(
            for: device.address, .regular(after: after), maxCount: 1000, maxByteCount: .max, at: 10
        ).messages
    }

    @Test func sequencesGoOnAfterARestartAndAnEmptyQueue() async throws {
        let folder = try ScratchDirectory()
        let (alice, bob) = (try TestDevice("alice"), try TestDevice("bob"))
        for round in Int64(0)..<3 {
            let store = try await Self.open(folder, [alice, bob])
            for _ in 1...2 { _ = try await store.accept(alice.envelope(to: bob, "x"), at: 10) }
            #expect(try await Self.waiting(store, bob).map(\.sequence) == [2 * round + 1, 2 * round + 2])
            try await store.acknowledgeNow([2 * round + 1, 2 * round + 2], for: bob.address)
            #expect(try await Self.waiting(store, bob).isEmpty)
            #expect(try await store.totals().queuedBytes == 0)
        }
    }

    @Test func acknowledgingWhatIsGoneChangesNothing() async throws {
        try await Self.run { store, alice, bob in
            _ = try await store.accept(alice.envelope(to: bob, "x"), at: 10)
            try await store.acknowledgeNow([7, 8], for: bob.address)
            try await store.acknowledgeNow([1], for: alice.address)
            #expect(try await store.totals().queuedMessages == 1)
            try await store.acknowledgeNow([1, 1], for: bob.address)
            let totals = try await store.totals()
            #expect(totals.queuedMessages == 0)
            #expect(totals.queuedBytes == 0)
        }
    }

    @Test func readingStopsAtItsBytes() async throws {
        try await Self.run { store, alice, bob in
            for _ in 1...10 { _ = try await store.accept(alice.envelope(to: bob, "0123456789"), at: 10) }
            let size = try await Self.waiting(store, bob)[0].envelope.count
            for (limit, count) in [(1, 1), (size, 1), (size + 1, 2), (size * 10, 10)] {
                let messages = try await store.messages(
                    for: bob.address, .regular(after: 0), maxCount: 100, maxByteCount: limit, at: 10
                ).messages
                #expect(messages.count == count, "\(limit)")
            }
        }
    }

    @Test func aMessageThatBreaksSocketsIsSetAside() async throws {
        var limits = QueueLimits()
        limits.maxFailureCount = 3
        try await Self.run(limits: limits) { store, alice, bob in
            for _ in 1...2 { _ = try await store.accept(alice.envelope(to: bob, "x"), at: 10) }
            #expect(try await store.noteFailure(of: 1, for: bob.address) == false)
            #expect(try await store.noteFailure(of: 1, for: bob.address) == false)
            #expect(try await Self.waiting(store, bob).map(\.sequence) == [1, 2])
            #expect(try await store.noteFailure(of: 1, for: bob.address) == true)
            #expect(try await Self.waiting(store, bob).map(\.sequence) == [2])
            let aside = try await store.messages(
                for: bob.address, .setAside, maxCount: 10, maxByteCount: .max, at: 10
            ).messages
            #expect(aside.map(\.sequence) == [1])
            #expect(try await store.totals().setAsideMessages == 1)
            #expect(try await store.noteFailure(of: 9, for: bob.address) == false)
            try await store.acknowledgeNow([1], for: bob.address)
            #expect(try await store.totals().setAsideMessages == 0)
        }
    }

    @Test func telemetryExpiresWithinMinutesAndTheRestAfterAMonth() async throws {
        try await Self.run { store, alice, bob in
            _ = try await store.accept(alice.envelope(to: bob, "latest", class: .latest), at: 0)
            _ = try await store.accept(alice.envelope(to: bob, "durable"), at: 0)
            #expect(try await store.expire(at: 600_000 - 1) == 0)
            #expect(try await store.expire(at: 600_000) == 1)
            let month: Int64 = 30 * 24 * 3600 * 1000
            #expect(try await store.expire(at: month - 1) == 0)
            #expect(try await store.expire(at: month) == 1)
            #expect(try await store.totals().queuedBytes == 0)
        }
    }

    @Test func acceptedIdsAreForgottenInTheEnd() async throws {
        try await Self.run { store, alice, bob in
            let envelope = try alice.envelope(to: bob, "x")
            #expect(try await store.accept(envelope, at: 0) == .accepted)
            let lifetime = AcceptedIDLimits().lifetime.milliseconds
            _ = try await store.expire(at: lifetime - 1)
            #expect(try await store.accept(envelope, at: 1) == .duplicate)
            _ = try await store.expire(at: lifetime)
            #expect(try await store.accept(envelope, at: 1) == .accepted)
        }
    }

    @Test func everyFrequentQueryUsesAnIndex() async throws {
        try await Self.run { store, _, _ in
            let queries = [
                SQLiteRelayStore.regularQuery, SQLiteRelayStore.setAsideQuery, WriteBatch.latestQuery,
                WriteBatch.expiryQuery, WriteBatch.sizes, WriteBatch.deletion, WriteBatch.shareQuery,
                WriteBatch.senderQuery, WriteBatch.accountQuery,
                "SELECT deviceKey, registrationId FROM devices WHERE userId = ? AND device = ?",
                "SELECT userId FROM devices WHERE tokenHash = ?",
                "SELECT digest FROM acceptedIds WHERE messageId = ? AND senderKey = ? AND deviceKey = ?",
                "SELECT messageCount FROM queues WHERE deviceKey = ?",
                "SELECT id FROM prekeys WHERE deviceKey = ? AND kind = ? ORDER BY id LIMIT 1",
                "SELECT device, registrationId FROM devices WHERE userId = ?",
                "SELECT 1 FROM revocations WHERE userId = ? AND device IN (0, ?)",
                "SELECT subject FROM audit WHERE number > ? AND event = ?",
                "SELECT senderKey FROM acceptedIds WHERE forgetAt <= ? LIMIT ?",
            ]
            for query in queries {
                let plan = try await store.readers.read { database in
                    try database.all("EXPLAIN QUERY PLAN " + query.replacing("?", with: "1")) { row in
                        try row["detail"] as String
                    }
                }
                #expect(!plan.isEmpty)
                for step in plan where !step.hasPrefix("LIST SUBQUERY") {
                    #expect(step.hasPrefix("SEARCH"), "\(query): \(step)")
                }
            }
        }
    }

    @Test func theAuditLogTellsWhatHappenedAndThatNobodyChangedIt() async throws {
        let folder = try ScratchDirectory()
        let alice = try TestDevice("alice")
        let store = try await Self.open(folder, [alice, TestDevice("bob")])
        try await store.register(alice.known, tokenHash: [9], at: 2)
        _ = try await store.storePreKeys(
            alice.preKeys(oneTime: 1...1, kyber: 1...1), for: alice.address, at: 3)
        _ = try await store.remove(alice.address, at: 4)
        let events = try await store.readers.read { database in
            try database.values("SELECT event FROM audit", as: String.self)
        }
        #expect(
            events == [
                "identity created", "device added", "identity created", "device added", "token replaced",
                "signed prekey replaced", "last-resort prekey replaced", "device removed",
            ])
        guard
            case .intact(8, 0, let newest) = try SQLiteRelayStore.verifyAuditLog(
                path: folder.file("relay.db"))
        else { throw TestFailure("the log is not intact") }
        #expect(newest.count == 64)
        let path = folder.file("relay.db")
        #expect(
            try SQLiteRelayStore.verifyAuditLog(path: path, noted: newest.uppercased())
                == .intact(count: 8, unkeyed: 0, newest: newest))
        #expect(
            try SQLiteRelayStore.verifyAuditLog(path: path, noted: String(newest.reversed()))
                == .cutShort(count: 8))

        for (change, number) in [
            ("UPDATE audit SET detail = 'x' WHERE number = 4", Int64(4)),
            ("UPDATE audit SET at = 0 WHERE number = 3", 3),
            ("DELETE FROM audit WHERE number = 2", 3),
            ("DELETE FROM audit WHERE number = 1", 3),
        ] {
            try store.writer.writeAndWait { try $0.execute(change) }
            #expect(try await store.verifyAuditLog() == .broken(number: number))
        }
    }

    @Test func diagnosticsDoNotReadTheQueues() async throws {
        try await Self.run { store, _, _ in
            let plan = try await store.readers.read { database in
                try database.all("EXPLAIN QUERY PLAN SELECT COUNT(*) FROM messages WHERE isSetAside = 1") {
                    row in
                    try row["detail"] as String
                }
            }
            // An index that holds nothing but the few messages it is about.
            #expect(
                plan.allSatisfy {
                    $0.hasSuffix("INDEX messagesSetAside (isSetAside=?)")
                        || $0.hasSuffix("INDEX messagesSetAside")
                })
            #expect(plan.count == 1)
        }
    }

    @Test func fileOfALaterVersionIsLeftAlone() async throws {
        let folder = try ScratchDirectory()
        let path = folder.file("relay.db")
        _ = try SQLiteRelayStore(path: path)
        try Connection(path).execute("INSERT INTO grdb_migrations VALUES ('v99 of a later version')")
        #expect(throws: LaterVersion()) { try SQLiteRelayStore(path: path) }
        #expect(throws: LaterVersion()) { try SQLiteRelayStore(existing: path) }
    }
}

extension TestDevice {
    var known: RegisteredDevice {
        RegisteredDevice(
            address: address, registrationID: 7, identityKey: identity.publicKey.wire, registeredAt: 1)
    }
}
