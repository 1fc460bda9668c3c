import Cryptography
import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Testing
import TestSupport
import VectorSupport

@testable import KeyStore

/// Files as earlier versions left them, kept as SQL text: they open, and nothing in them is lost.
struct VersionTests {
    private static let passphrase = StoreFixture.passphrase

    /// A store file with the tables and rows of a version.
    private func file(_ version: String, in scratch: ScratchDirectory) throws -> String {
        let url = try #require(
            Bundle.module.url(forResource: version, withExtension: "sql", subdirectory: "Versions"))
        let path = scratch.file("\(version).db")
        let text = try String(contentsOf: url, encoding: .utf8)
        try Connection(path).execute(text)
        return path
    }

    @Test(arguments: ["v1", "v2", "v3", "v4"]) func keysOfEarlierVersionsAreThere(version: String)
        async throws
    {
        let scratch = try ScratchDirectory()
        let store = try KeyStore.open(at: file(version, in: scratch), passphrase: Self.passphrase)
        #expect(store.account.owner == (try DeviceAddress(IdentityID("alice"))))
        #expect(store.account.registrationID == 6728)
        let key = "05155f388659d0a3f39f07f9c46c38e8f733b956380a4b11ac9452c8f6da37ac78"
        #expect(store.account.identity.publicKey.wire.hex == key)
        let bob = DeviceAddress(try IdentityID("bob"))
        try await store.write { store in
            #expect(try store.peers.peer(bob.identity)?.devices == [.first])
            // It does not say which relay's it is, so it is sent to none.
            #expect(try store.settings.relayToken(at: testRelay) == nil)
            #expect(try store.preKeys.preKey(1) != nil)
            #expect(try store.preKeys.signedPreKey(1) != nil)
            #expect(try store.preKeys.kyberPreKey(1) != nil)
            // The session is whole: it encrypts.
            let message = try SessionCipher(store, with: bob)
                .encrypt([1], in: &store, now: Date(timeIntervalSince1970: 1_800_000_000))
            #expect(message.kind == .preKey)
            #expect(try store.preKeys.make(1).map(\.id) == [3])
        }
        store.close()
        try KeyStore.open(at: scratch.file("\(version).db"), passphrase: Self.passphrase).close()
    }

    @Test func messagesOfVersionTwoAreThere() async throws {
        let waiting = try await expectMessages(of: "v2")
        #expect(waiting.registrationID == nil)
        #expect(waiting.content == nil)
    }

    @Test(arguments: ["v3", "v4"]) func messagesOfLaterVersionsAreThere(version: String) async throws {
        let waiting = try await expectMessages(of: version)
        #expect(waiting.registrationID == 77)
        #expect(waiting.content.map { String(decoding: $0, as: UTF8.self) }?.contains("waiting") == true)
    }

    /// - Returns: The one that waited in the outbox.
    private func expectMessages(of version: String) async throws -> OutboxMessage {
        let scratch = try ScratchDirectory()
        let store = try KeyStore.open(at: file(version, in: scratch), passphrase: Self.passphrase)
        return try await store.write { store in
            let waiting = try store.outbox.page(after: 0, limit: 10).messages
            #expect(waiting.count == 1)
            let first = try #require(waiting.first)
            #expect(first.recipient == DeviceAddress(try IdentityID("bob")))
            #expect(first.messageID == UUID(uuidString: "00000000-0000-4000-8000-000000000001"))
            #expect(first.envelope.type == .prekey)
            #expect(first.envelope.body.bytes == Array(0...7))
            #expect(try store.inbox.page(after: 0, limit: 10).messages.map(\.message) == [.chat("received")])
            let history = try store.history.page(after: 0, limit: 10).messages
            #expect(history.map(\.message) == [.chat("waiting"), .chat("received")])
            #expect(history.map(\.delivery) == [.queued, nil])
            #expect(try store.incidents.newest(limit: 10).map(\.cause) == ["something"])
            try store.outbox.accepted(first)
            let deliveries = try store.history.page(after: 0, limit: 10).messages.map(\.delivery)
            #expect(deliveries == [.onRelay, nil])
            return first
        }
    }

    @Test func everyVersionHasItsFile() {
        let migrations = KeyStoreSchema.migrations(
            sealer: RowSealer(dataKey: SecretBytes(randomByteCount: 32)))
        #expect(
            migrations.names == ["v1 keys", "v2 messages", "v3 age of sessions", "v4 outbox in wire form"])
    }
}
