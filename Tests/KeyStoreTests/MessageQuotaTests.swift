import Database
import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import KeyStore

/// Nobody fills a store, and nobody pushes out what others wrote.
struct MessageQuotaTests {
    private let fixture: StoreFixture
    private let friend, mallory: DeviceAddress

    init() throws {
        fixture = try StoreFixture()
        friend = DeviceAddress(try IdentityID("friend"))
        mallory = DeviceAddress(try IdentityID("mallory"))
    }

    private func store(_ change: (inout MessageQuota) -> Void = { _ in }) throws -> KeyStore {
        var quota = MessageQuota()
        change(&quota)
        return try KeyStore.create(
            at: fixture.path, passphrase: StoreFixture.passphrase, owner: fixture.owner, quota: quota,
            now: { [clock = fixture.clock] in clock.now })
    }

    private func receive(_ count: Int, from sender: DeviceAddress, text: String = "x", in store: KeyStore)
        async throws
    {
        let content = try TypedMessage.chat(text).content
        let key = store.account.identity.publicKey
        try await store.write { store in
            for _ in 0..<count {
                let id = UUID()
                try store.inbox.append(content, messageID: id, from: sender, under: key)
                try store.history.append(content, messageID: id, .received, peer: sender.identity, under: key)
            }
        }
    }

    private func write(_ text: String, to peer: DeviceAddress, in store: KeyStore) async throws {
        let content = try TypedMessage.chat(text).content
        try await store.write {
            try $0.history.append(content, messageID: UUID(), .sent, peer: peer.identity)
        }
    }

    private func texts(with peer: DeviceAddress, in store: KeyStore) async throws -> [String] {
        try await store.messages { try $0.history.page(with: peer.identity, before: nil, limit: .max) }
            .messages.compactMap(\.message.text)
    }

    private func unread(of peer: DeviceAddress, in store: KeyStore) async throws -> Int {
        try await store.messages { try $0.inbox.page(after: 0, limit: .max) }
            .messages.count { $0.sender == peer.identity }
    }

    @Test func strangersFloodRemovesOnlyTheStrangersOldest() async throws {
        let store = try store {
            $0.perStranger.count = 50
            $0.unreadPerStranger.count = 60
        }
        try await write("hello", to: friend, in: store)
        try await receive(20, from: friend, in: store)
        for _ in 1...5 { try await receive(100, from: mallory, in: store) }
        try await receive(1, from: mallory, text: "last", in: store)
        #expect(try await texts(with: friend, in: store).count == 21)
        #expect(try await unread(of: friend, in: store) == 20)
        let kept = try await texts(with: mallory, in: store)
        #expect(kept.count == 50)
        #expect(kept.last == "last")
        #expect(try await unread(of: mallory, in: store) == 60)
        // Told once for each table, however long the flood.
        let incidents = try await store.read { try $0.incidents.newest(limit: 100) }
        #expect(incidents.count == 2)
        #expect(incidents.allSatisfy { $0.cause.contains("never written to") })
        fixture.clock.advance(days: 2)
        try await receive(1, from: mallory, in: store)
        #expect(try await store.read { try $0.incidents.newest(limit: 100) }.count == 4)
    }

    @Test func manyStrangersShareOneSmallPlace() async throws {
        let store = try store {
            $0.strangers.count = 100
            $0.perStranger.count = 20
        }
        try await write("hello", to: friend, in: store)
        try await receive(30, from: friend, in: store)
        // Who wrote little keeps it: the largest makes room.
        let quiet = DeviceAddress(try IdentityID("quiet"))
        try await receive(2, from: quiet, in: store)
        for number in 0..<30 {
            try await receive(20, from: DeviceAddress(IdentityID("stranger-\(number)")), in: store)
        }
        let count = try await store.read { try $0.history.size().count }
        #expect(count == 31 + 100)
        #expect(try await texts(with: quiet, in: store).count == 2)
        #expect(try await texts(with: friend, in: store).count == 31)
    }

    @Test func bytesAreCountedToo() async throws {
        let store = try store { $0.perStranger.byteCount = 100_000 }
        let text = String(repeating: "long ", count: 2000)
        for _ in 1...40 { try await receive(1, from: mallory, text: text, in: store) }
        let size = try await store.read { try $0.history.size() }
        #expect(size.byteCount <= 100_000)
        #expect(size.byteCount > 80_000)
    }

    @Test func knownPeersFloodRemovesOnlyItsOwnOldest() async throws {
        let store = try store { $0.total.count = 200 }
        let talker = DeviceAddress(try IdentityID("talker"))
        for peer in [friend, talker] { try await write("hello", to: peer, in: store) }
        try await receive(50, from: friend, in: store)
        for _ in 1...5 { try await receive(100, from: talker, in: store) }
        #expect(try await texts(with: friend, in: store).count == 51)
        #expect(try await texts(with: talker, in: store).count == 149)
    }

    @Test func servicesKeepNoConversations() async throws {
        let before = try store()
        try await receive(5, from: friend, in: before)
        try await before.write { [friend] store in
            for message in try store.inbox.page(after: 0, limit: 2).messages {
                try store.inbox.remove(message.id, from: message.sender)
            }
            try store.history.append(
                TypedMessage.chat("reply").content, messageID: UUID(), .sent, peer: friend.identity)
        }
        before.close()
        let store = try KeyStore.open(
            at: fixture.path, passphrase: StoreFixture.passphrase, quota: .ofServices)
        #expect(try await store.read { try $0.history.size().count } == 0)
        // What is not dealt with is.
        #expect(try await unread(of: friend, in: store) == 3)
        try await receive(300, from: friend, in: store)
        #expect(try await store.read { try $0.history.size().count } == 0)
        #expect(try await unread(of: friend, in: store) == 303)
    }

    @Test func historyIsPrunedByPeerAgeAndCount() async throws {
        let store = try store()
        try await write("old", to: friend, in: store)
        try await receive(10, from: friend, text: "old", in: store)
        fixture.clock.advance(days: 10)
        try await receive(5, from: friend, text: "new", in: store)
        try await receive(7, from: mallory, text: "new", in: store)
        let friend = friend.identity
        #expect(try await store.write { try $0.history.prune(olderThan: .seconds(20 * 86_400)) } == 0)
        #expect(try await store.write { try $0.history.prune(olderThan: .seconds(5 * 86_400)) } == 11)
        #expect(try await texts(with: self.friend, in: store) == Array(repeating: "new", count: 5))
        #expect(try await store.write { try $0.history.prune(with: friend, keeping: 10) } == 0)
        #expect(try await store.write { try $0.history.prune(with: friend, keeping: 2) } == 3)
        #expect(try await store.write { try $0.history.prune(with: friend, keeping: 0) } == 2)
        #expect(try await store.read { try $0.history.size().count } == 7)
        #expect(try await store.write { try $0.history.prune() } == 7)
        let id = UUID()
        try await store.write {
            try $0.history.append(TypedMessage.chat("one").content, messageID: id, .received, peer: friend)
        }
        #expect(try await store.write { try $0.history.remove(id) })
        #expect(try await store.write { try $0.history.remove(id) } == false)
        // Sums stand on what is there.
        try await store.read { store in
            let sums = try store.scope.database.values(
                "SELECT count + byteCount FROM messageUsage WHERE store = 'history'", as: Int.self)
            #expect(sums.allSatisfy { $0 == 0 })
        }
    }

    @Test func pruningGivesRoomBack() async throws {
        let store = try store()
        let text = String(repeating: "long ", count: 2000)
        try await write("hello", to: friend, in: store)
        for _ in 1...20 { try await receive(10, from: friend, text: text, in: store) }
        try await store.write { store in
            for message in try store.inbox.page(after: 0, limit: .max).messages {
                try store.inbox.remove(message.id, from: message.sender)
            }
        }
        func byteCount() throws -> Int { try Data(contentsOf: URL(fileURLWithPath: fixture.path)).count }
        store.eraseLog()
        let before = try byteCount()
        _ = try await store.write { try $0.history.prune() }
        store.compact()
        #expect(try byteCount() < before / 4)
        #expect(try await store.read { try $0.history.size().count } == 0)
    }
}
