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

    @Test(arguments: ["v1", "v2", "v3", "v4", "by-key"]) func keysOfEarlierVersionsAreThere(version: String)
        async throws
    {
        let scratch = try ScratchDirectory()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let store = try KeyStore.open(
            at: file(version, in: scratch), passphrase: Self.passphrase, now: { now })
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
            let message = try store.encrypt([1], for: bob)
            #expect(message.kind == .preKey)
            #expect(try store.peers.peer(bob.identity)?.keys.map(\.standing) == [.firstUse])
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

    @Test(arguments: ["v3", "v4", "by-key"]) func messagesOfLaterVersionsAreThere(version: String)
        async throws
    {
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
            // What came before messages carried their key counts as under the one that was approved then.
            #expect(history.map(\.key?.standing) == [nil, .firstUse])
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
            migrations.names == [
                "v1 keys", "v2 messages", "v3 age of sessions", "v4 outbox in wire form",
                "sessions and messages by identity key", "parts of sessions", "usage of peers",
            ])
    }

    /// The identity row of a version, before sessions were kept apart by key.
    private struct IdentityRow: Codable {
        let name: String
        let approvedKey: Data
        var changedKey: Data?
        var changedAt: Date?
        let firstSeenAt: Date
        var devices: [UInt8]
        var retiredKeys: [Data]
    }

    @Test func keyThatWaitedForApprovalWaitsApartWithItsSessions() async throws {
        let scratch = try ScratchDirectory()
        let path = try file("v4", in: scratch)
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let forger = try StoreFixture(owner: "bob").create()
        let forged = forger.account.identity.publicKey
        let retired = KeyPair().publicKey
        let bundle = try await forger.bundle()
        try mix(bundle, with: forged, and: retired, into: Connection(path))

        let store = try KeyStore.open(at: path, passphrase: Self.passphrase, now: { now })
        let bob = DeviceAddress(try IdentityID("bob"))
        try await store.write { store in
            let peer = try #require(try store.peers.peer(bob.identity))
            #expect(peer.keys.map(\.standing) == [.firstUse, .retired, .unapproved])
            #expect(peer.unapproved.map(\.key) == [forged])
            let approved = try #require(peer.approvedKey)
            for key in [approved, forged] {
                let record = try #require(try store.sessions.session(with: bob, under: key))
                #expect(record.separatedByIdentity().keys.map(\.self) == [key])
            }
        }
    }

    /// Puts a session under another key in front of the one that is there, as a message of that key did.
    private func mix(
        _ bundle: PreKeyBundle, with changed: PublicKey, and retired: PublicKey, into database: Connection
    ) throws {
        let wrapped = try #require(try KeyStore.wrappedKey(database))
        let sealer = RowSealer(dataKey: try wrapped.dataKey(passphrase: Self.passphrase))
        let account = try Account(sealedIn: database, sealer: sealer)
        let peer = RowSealer.RowID("identity", sealer.name(in: "identity", Array("bob".utf8)))
        let address = RowSealer.RowID("session", sealer.name(in: "session", Array("bob".utf8), [1]))

        let identity = try #require(
            try database.value("SELECT sealed FROM identity WHERE peer = ?", peer.name) as [UInt8]?)
        var row = try sealer.open(IdentityRow.self, identity, at: peer)
        row.changedKey = Data(changed.wire)
        row.changedAt = Date(timeIntervalSince1970: 1_700_000_000)
        row.retiredKeys = [Data(retired.wire)]
        try database.run(
            "UPDATE identity SET sealed = ? WHERE peer = ?", try sealer.seal(row, at: peer), peer.name)

        let session = try #require(
            try database.value("SELECT sealed FROM session WHERE address = ?", address.name) as [UInt8]?)
        var memory = MemoryStore(identityKeyPair: account.identity, registrationID: account.registrationID)
        let remote = try ProtocolAddress(name: "bob", deviceID: 1)
        memory.storeSession(try SessionRecord(serialized: sealer.open(session, at: address)), for: remote)
        try SessionCipher(local: try ProtocolAddress(account.owner), remote: remote)
            .process(bundle, in: &memory, now: Date(timeIntervalSince1970: 1_700_000_000))
        let mixed = try #require(memory.session(for: remote))
        try database.run(
            "UPDATE session SET sealed = ? WHERE address = ?",
            sealer.seal(bytes: mixed.serialized, at: address),
            address.name)
    }

    @Test func damagedMessageOfAnEarlierVersionIsGivenUpAndTheStoreOpens() async throws {
        let scratch = try ScratchDirectory()
        let path = try file("v3", in: scratch)
        let connection = try Connection(path)
        try connection.execute("UPDATE outbox SET sealed = X'00112233'")
        connection.close()
        let store = try KeyStore.open(at: path, passphrase: Self.passphrase)
        let (count, deliveries, incidents) = try await store.read { store in
            (
                try store.outbox.count(),
                try store.history.page(after: 0, limit: 10).messages.map(\.delivery),
                try store.incidents.newest(limit: 1)
            )
        }
        #expect(count == 0)
        #expect(deliveries == [.failed, nil])
        #expect(incidents.first?.cause.contains("damaged") == true)
    }
}
