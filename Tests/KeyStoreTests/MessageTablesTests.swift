import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import KeyStore

struct OutboxTests {
    let fixture: StoreFixture
    let store: KeyStore
    let bob: DeviceAddress
    let carol: DeviceAddress

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.create()
        bob = DeviceAddress(try IdentityID("bob"))
        carol = DeviceAddress(try IdentityID("carol"))
    }

    private func enqueue(
        _ text: String, id: UUID = UUID(), to recipient: DeviceAddress, topic: String? = nil,
        lifetime: Duration = .seconds(60)
    ) async throws {
        try await store.write { store in
            try store.outbox.append(
                .carrying(text, id: id, to: recipient), topic: topic,
                expiresAt: store.now.addingTimeInterval(lifetime.seconds))
        }
    }

    private func page(
        after position: Int64 = 0, excluding recipients: Set<DeviceAddress> = [], limit: Int = 10
    ) async throws -> OutboxPage {
        try await store.read { try $0.outbox.page(after: position, excluding: recipients, limit: limit) }
    }

    private func next() async throws -> [OutboxMessage] { try await page().messages }

    private func texts(_ messages: [OutboxMessage]) -> [String] {
        messages.map(\.envelope.text)
    }

    @Test func outboxIsReadInOrderFromAnyPosition() async throws {
        for text in ["b1", "c1", "b2", "c2"] {
            try await enqueue(text, to: text.hasPrefix("b") ? bob : carol)
        }
        let all = try await page()
        #expect(texts(all.messages) == ["b1", "c1", "b2", "c2"])
        #expect(all.messages.map(\.recipient) == [bob, carol, bob, carol])
        #expect(all.lastPosition == all.messages[3].position)
        #expect(texts(try await page(limit: 2).messages) == ["b1", "c1"])
        #expect(texts(try await page(after: all.messages[1].position).messages) == ["b2", "c2"])
        #expect(
            try await page(after: all.messages[3].position) == OutboxPage(messages: [], lastPosition: nil))

        // What is left out counts as read.
        let carols = try await page(excluding: [bob], limit: 1)
        #expect(texts(carols.messages) == ["c1"])
        #expect(carols.lastPosition == all.messages[1].position)
        let none = try await page(after: all.messages[1].position, excluding: [bob, carol])
        #expect(none == OutboxPage(messages: [], lastPosition: all.messages[3].position))

        let bobs = try await store.read { [bob] in try $0.outbox.messages(to: bob, after: 0, limit: 10) }
        #expect(texts(bobs) == ["b1", "b2"])
        let second = try await store.read { [bob] in
            try $0.outbox.messages(to: bob, after: bobs[0].position, limit: 10)
        }
        #expect(second == [bobs[1]])

        try await store.write { try $0.outbox.accepted(bobs[0]) }
        #expect(texts(try await next()) == ["c1", "b2", "c2"])
        #expect(try await store.read { try $0.outbox.count() } == 3)
    }

    @Test func replacedEnvelopeKeepsItsPlace() async throws {
        try await enqueue("old", to: bob)
        try await enqueue("other", to: bob)
        let first = try #require(try await next().first)
        let envelope = try Envelope.carrying("new", id: first.messageID, to: bob)
        try await store.write { try $0.outbox.replace(first, with: envelope, registrationID: 7) }
        let messages = try await next()
        #expect(texts(messages) == ["new", "other"])
        #expect(messages.map(\.registrationID) == [7, nil])
        #expect(messages.map(\.messageID).first == first.messageID)
    }

    @Test func newestOfATopicReplacesThoseThatWait() async throws {
        try await enqueue("report 1", to: bob, topic: "telemetry.report")
        try await enqueue("ack 1", to: bob, topic: "telemetry.ack")
        try await enqueue("report for carol", to: carol, topic: "telemetry.report")
        try await enqueue("plain", to: bob)
        try await enqueue("report 2", to: bob, topic: "telemetry.report")
        var seen: [String] = []
        while let message = try await next().first {
            seen.append(message.envelope.text)
            try await store.write { try $0.outbox.accepted(message) }
        }
        #expect(seen == ["ack 1", "report for carol", "plain", "report 2"])
    }

    @Test func messagesExpire() async throws {
        try await enqueue("short", to: bob, lifetime: .seconds(60))
        try await enqueue("long", to: bob, lifetime: .seconds(61))
        fixture.clock.advance(by: .seconds(60))
        #expect(try await store.read { try $0.outbox.expired(limit: 10) }.isEmpty)
        fixture.clock.advance(by: .milliseconds(1))
        let expired = try await store.read { try $0.outbox.expired(limit: 10) }
        #expect(expired.map(\.envelope.text) == ["short"])
    }

    @Test func deliveryIsKnownFromTheFirstDeviceAndFailureFromTheLast() async throws {
        let tablet = DeviceAddress(bob.identity, try DeviceID(2))
        let ids = [UUID(), UUID(), UUID()]
        for id in ids {
            try await store.write { [bob] in
                try $0.history.append(
                    TypedMessage.chat("hello").content, messageID: id, .sent, peer: bob.identity)
            }
            try await enqueue("to 1", id: id, to: bob)
            try await enqueue("to 2", id: id, to: tablet)
        }
        func states() async throws -> [HistoryEntry.Delivery?] {
            try await store.read { try $0.history.page(after: 0, limit: 10).messages.map(\.delivery) }
        }
        func settle(_ change: @escaping @Sendable (inout Transaction, OutboxMessage) throws -> Void)
            async throws
        {
            let message = try #require(try await next().first)
            try await store.write { try change(&$0, message) }
        }
        #expect(try await states() == [.queued, .queued, .queued])
        try await settle { try $0.outbox.accepted($1) }
        #expect(try await states() == [.onRelay, .queued, .queued])
        try await settle { try $0.outbox.giveUp($1, cause: "unknown recipient") }
        try await settle { try $0.outbox.giveUp($1, cause: "unknown recipient") }
        #expect(try await states() == [.onRelay, .queued, .queued])
        try await settle { try $0.outbox.giveUp($1, cause: "queue full") }
        #expect(try await states() == [.onRelay, .failed, .queued])
        let failed = try await store.read { try $0.history.page(after: 0, limit: 10).messages[1] }
        #expect(failed.failure == "queue full")

        try await store.write { [carol] in try $0.history.noteDelivered(ids, to: carol.identity) }
        #expect(try await states() == [.onRelay, .failed, .queued])
        try await store.write { [bob] in try $0.history.noteDelivered(ids, to: bob.identity) }
        #expect(try await states() == [.onDevice, .failed, .onDevice])
    }
}

struct DeliveryTests {
    private struct Refused: Error {}

    @Test func changesOfDeliveryAreToldOnceTheyAreOnDisk() async throws {
        let store = try StoreFixture().create()
        let bob = DeviceAddress(try IdentityID("bob"))
        let ids = [UUID(), UUID(), UUID()]
        try await store.write { store in
            for id in ids {
                try store.history.append(
                    TypedMessage.chat("hello").content, messageID: id, .sent, peer: bob.identity)
                try store.outbox.append(
                    .carrying("hello", id: id, to: bob), topic: nil, expiresAt: store.now)
            }
        }
        let messages = try await store.read { try $0.outbox.page(after: 0, limit: 3).messages }
        var changes = store.deliveries().makeAsyncIterator()
        await #expect(throws: Refused.self) {
            try await store.write { store in
                try store.outbox.accepted(messages[0])
                throw Refused()
            }
        }
        try await store.write { store in
            let _: Result<Void, any Error> = try store.attempt { store in
                try store.outbox.accepted(messages[1])
                throw Refused()
            }
            try store.outbox.noteDelay(of: messages[0], cause: "queue full")
            try store.outbox.giveUp(messages[0], cause: "nobody there")
        }
        try await store.write { try $0.outbox.accepted(messages[1]) }
        try await store.write { try $0.history.noteDelivered(ids, to: bob.identity) }
        var told: [DeliveryChange] = []
        for _ in 1...4 { if let change = await changes.next() { told.append(change) } }
        #expect(
            told == [
                DeliveryChange(id: ids[0], peer: bob.identity, delivery: .failed, failure: "nobody there"),
                DeliveryChange(id: ids[1], peer: bob.identity, delivery: .onRelay),
                DeliveryChange(id: ids[1], peer: bob.identity, delivery: .onDevice),
                DeliveryChange(id: ids[2], peer: bob.identity, delivery: .onDevice),
            ])
    }
}

struct InboxTests {
    let fixture: StoreFixture
    let store: KeyStore
    let bob: DeviceAddress
    let key: PublicKey

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.create()
        bob = DeviceAddress(try IdentityID("bob"))
        key = KeyPair().publicKey
    }

    @Test func messagesStayInOrderUntilHandled() async throws {
        let ids = [UUID(), UUID(), UUID()]
        try await store.write { [bob, key] store in
            for (index, id) in ids.enumerated() {
                try store.inbox.append(
                    TypedMessage.chat("\(index)").content, messageID: id, from: bob, under: key)
            }
        }
        store.close()
        let store = try fixture.open()
        let all = try await store.read { try $0.inbox.page(after: 0, limit: 10).messages }
        #expect(all.map(\.id) == ids)
        #expect(all.map(\.message.text) == ["0", "1", "2"])
        #expect(all.map(\.sender) == [bob.identity, bob.identity, bob.identity])
        let first = try await store.read { try $0.inbox.page(after: 0, limit: 1) }
        #expect(first.messages == [all[0]])
        let position = try #require(first.lastPosition)
        #expect(try await store.read { try $0.inbox.page(after: position, limit: 1).messages } == [all[1]])

        try await store.write { [bob] in try $0.inbox.remove(ids[1], from: bob.identity) }
        try await store.write { [bob] in try $0.inbox.remove(ids[1], from: bob.identity) }
        #expect(
            try await store.read { try $0.inbox.page(after: 0, limit: 10).messages.map(\.id) } == [
                ids[0], ids[2],
            ])
    }

    /// Senders choose the ids: what was done with one's message says nothing of another's.
    @Test func messageOfAnotherSenderWithTheSameIDStays() async throws {
        let id = UUID()
        let (carol, bob) = (DeviceAddress(try IdentityID("carol")), bob)
        try await store.write { [key] store in
            for sender in [carol, bob] {
                try store.inbox.append(
                    TypedMessage.chat("\(sender)").content, messageID: id, from: sender, under: key)
            }
            try store.inbox.remove(id, from: carol.identity)
        }
        let left = try await store.read { try $0.inbox.page(after: 0, limit: 10).messages }
        #expect(left.map(\.sender) == [bob.identity])
    }

    @Test func positionsGrowAlsoWhenTheInboxWasEmptied() async throws {
        let (first, second) = (UUID(), UUID())
        try await store.write { [bob, key] store in
            let content = try TypedMessage(.ping()).content
            try store.inbox.append(content, messageID: first, from: bob, under: key)
            try store.inbox.remove(first, from: bob.identity)
            try store.inbox.append(content, messageID: second, from: bob, under: key)
        }
        #expect(
            try await store.read { try $0.inbox.page(after: 1, limit: 10).messages.map(\.id) } == [second])
    }

    @Test func idIsTakenOncePerSender() async throws {
        let id = UUID()
        let carol = DeviceAddress(try IdentityID("carol"))
        let tablet = DeviceAddress(bob.identity, try DeviceID(2))
        let senders = [bob, bob, carol, tablet]
        let noted = try await store.write { store in
            try senders.map { try store.seenMessages.noteReceived(id, from: $0) }
        }
        #expect(noted == [true, false, true, true])
        let sent = try await store.write { store in try [id, id].map { try store.seenMessages.noteSent($0) } }
        #expect(sent == [true, false])
    }

    @Test func idsAreForgottenByAge() async throws {
        let id = UUID()
        let age = Duration.seconds(35 * 86_400)
        func isKnown() async throws -> Bool {
            try await store.write { [bob] store in
                try store.seenMessages.forget(olderThan: age)
                return try store.seenMessages.wasReceived(id, from: bob)
            }
        }
        _ = try await store.write { [bob] in try $0.seenMessages.noteReceived(id, from: bob) }
        fixture.clock.advance(by: age)
        #expect(try await isKnown())
        fixture.clock.advance(by: .milliseconds(1))
        #expect(try await !isKnown())
    }
}

struct HistoryTests {
    @Test func conversationIsReadFromItsEnd() async throws {
        let store = try StoreFixture().create()
        let (bob, carol, dave) = (try IdentityID("bob"), try IdentityID("carol"), try IdentityID("dave"))
        try await store.write { store in
            for number in 1...6 {
                try store.history.append(
                    TypedMessage.chat("\(number)").content, messageID: UUID(),
                    number.isMultiple(of: 2) ? .sent : .received, peer: number < 6 ? bob : carol)
            }
        }
        func numbers(_ page: MessagePage<HistoryEntry>) -> [String?] { page.messages.map(\.message.text) }
        let all = try await store.read { try $0.history.page(after: 0, limit: 10) }
        #expect(numbers(all) == ["1", "2", "3", "4", "5", "6"])
        #expect(all.messages.map(\.delivery) == [nil, .queued, nil, .queued, nil, .queued])
        let cursor = all.messages[1].cursor
        #expect(numbers(try await store.read { try $0.history.page(after: cursor, limit: 2) }) == ["3", "4"])
        let newest = try await store.read { try $0.history.page(with: bob, before: nil, limit: 2) }
        #expect(numbers(newest) == ["4", "5"])
        let before = try await store.read {
            try $0.history.page(with: bob, before: newest.messages[0].cursor, limit: 2)
        }
        #expect(numbers(before) == ["2", "3"])
        #expect(
            numbers(try await store.read { try $0.history.page(with: dave, before: nil, limit: 2) }) == [])
    }

    @Test func messageThatIsNotUnderstoodIsLeftOutAndToldOfOnce() async throws {
        let store = try StoreFixture().create()
        let bob = try IdentityID("bob")
        let (known, unknown) = (UUID(), UUID())
        let key = KeyPair().publicKey
        let later = Data(#"{"kind":"user.chat.v2","version":1,"text":"from later"}"#.utf8)
        try await store.write { store in
            for (id, content) in [(unknown, later), (known, try TypedMessage.chat("hello").content)] {
                try store.inbox.append(content, messageID: id, from: DeviceAddress(bob), under: key)
                try store.history.append(content, messageID: id, .received, peer: bob)
            }
        }
        for _ in 1...2 {
            let inbox = try await store.messages { try $0.inbox.page(after: 0, limit: 1) }
            #expect(inbox.messages.map(\.id) == [known])
            let all = try await store.messages { try $0.history.page(after: 0, limit: 1) }
            #expect(all.messages.map(\.id) == [known])
            let conversation = try await store.messages {
                try $0.history.page(with: bob, before: nil, limit: 2)
            }
            #expect(conversation.messages.map(\.id) == [known])
        }
        #expect(try await store.read { try $0.inbox.count() } == 1)
        let incidents = try await store.read { try $0.incidents.newest(limit: 10) }
        #expect(incidents.map(\.messageID) == [unknown])
        #expect(incidents.first?.cause.contains("user.chat.v2") == true)
    }

    @Test func incidentsAreBounded() async throws {
        let store = try StoreFixture().create()
        let count = Int(Transaction.Incidents.maxCount) + 1
        try await store.write { store in
            for number in 1...count {
                try store.incidents.append("\(number)", peer: "bob", messageID: UUID())
            }
        }
        let kept = try await store.read { try $0.incidents.newest(limit: 2000) }
        #expect(kept.count == Int(Transaction.Incidents.maxCount))
        #expect(kept.first?.cause == "\(count)")
        #expect(kept.last?.cause == "2")
    }
}
