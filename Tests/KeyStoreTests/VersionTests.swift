import Database
import Foundation
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

    @Test(arguments: ["v1", "v2", "v3"]) func keysOfEarlierVersionsAreThere(version: String) async throws {
        let scratch = try ScratchDirectory()
        let store = try KeyStore.open(at: file(version, in: scratch), passphrase: Self.passphrase)
        #expect(store.account.owner == (try ProtocolAddress(name: "alice", deviceID: 1)))
        #expect(store.account.registrationID == 6728)
        let key = "05155f388659d0a3f39f07f9c46c38e8f733b956380a4b11ac9452c8f6da37ac78"
        #expect(store.account.identity.publicKey.wire.hex == key)
        let bob = try ProtocolAddress(name: "bob", deviceID: 1)
        try await store.write { store in
            #expect(try store.pinnedIdentity(of: "bob")?.devices == [1])
            #expect(try store.relayToken() == "token of an earlier life")
            #expect(try store.preKey(id: 1) != nil)
            #expect(try store.signedPreKey(id: 1) != nil)
            #expect(try store.kyberPreKey(id: 1) != nil)
            // The session is whole: it encrypts.
            let message = try SessionCipher(local: store.account.owner, remote: bob)
                .encrypt([1], in: &store, now: Date(timeIntervalSince1970: 1_800_000_000))
            #expect(message.kind == .preKey)
            #expect(try store.makePreKeys(1).map(\.id) == [3])
        }
        store.close()
        try KeyStore.open(at: scratch.file("\(version).db"), passphrase: Self.passphrase).close()
    }

    @Test func messagesOfVersionTwoAreThere() async throws {
        let scratch = try ScratchDirectory()
        let store = try KeyStore.open(at: file("v2", in: scratch), passphrase: Self.passphrase)
        try await store.write { store in
            let waiting = try store.outgoing(after: 0, limit: 10).messages
            #expect(waiting.count == 1)
            #expect(waiting.first?.recipient.name == "bob")
            #expect(waiting.first?.registrationID == nil)
            #expect(waiting.first?.content == nil)
            #expect(waiting.first?.messageID == UUID(uuidString: "00000000-0000-4000-8000-000000000001"))
            #expect(try store.inbox(after: 0, limit: 10).map(\.content) == [Data("received".utf8)])
            let history = try store.history(after: 0, limit: 10)
            #expect(history.map(\.content) == [Data("waiting".utf8), Data("received".utf8)])
            #expect(history.map(\.delivery) == [.queued, nil])
            #expect(try store.incidents(limit: 10).map(\.cause) == ["something"])
            try store.accepted(#require(waiting.first))
            #expect(try store.history(after: 0, limit: 10).map(\.delivery) == [.onRelay, nil])
        }
    }

    @Test func everyVersionHasItsFile() {
        #expect(Schema.migrations.names == ["v1 keys", "v2 messages", "v3 age of sessions"])
    }
}
