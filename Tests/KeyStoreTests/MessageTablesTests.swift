import Foundation
import SignalProtocol
import Testing
import TestSupport

@testable import KeyStore

struct OutboxTests {
    let fixture: StoreFixture
    let store: KeyStore
    let bob: ProtocolAddress
    let carol: ProtocolAddress

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.create()
        bob = try ProtocolAddress(name: "bob", deviceID: 1)
        carol = try ProtocolAddress(name: "carol", deviceID: 1)
    }

    private func enqueue(
        _ text: String, id: UUID = UUID(), to recipient: ProtocolAddress, topic: String? = nil,
        lifetime: Duration = .seconds(60)
    ) async throws {
        try await store.write { store in
            try store.enqueue(
                Data(text.utf8), messageID: id, to: recipient, topic: topic,
                expiresAt: store.now.addingTimeInterval(lifetime.seconds))
        }
    }

    private func page(
        after position: Int64 = 0, excluding recipients: Set<ProtocolAddress> = [], limit: Int = 10
    ) async throws -> OutboxPage {
        try await store.read { try $0.outgoing(after: position, excluding: recipients, limit: limit) }
    }

    private func next() async throws -> [OutboxMessage] { try await page().messages }

    private func texts(_ messages: [OutboxMessage]) -> [String] {
        messages.map { String(decoding: $0.envelope, as: UTF8.self) }
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

        let bobs = try await store.read { [bob] in try $0.outgoing(to: bob, after: 0, limit: 10) }
        #expect(texts(bobs) == ["b1", "b2"])
        let second = try await store.read { [bob] in
            try $0.outgoing(to: bob, after: bobs[0].position, limit: 10)
        }
        #expect(second == [bobs[1]])

        try await store.write { try $0.accepted(bobs[0]) }
        #expect(texts(try await next()) == ["c1", "b2", "c2"])
        #expect(try await store.read { try $0.outboxCount() } == 3)
    }

    @Test func replacedEnvelopeKeepsItsPlace() async throws {
        try await enqueue("old", to: bob)
        try await enqueue("other", to: bob)
        let first = try #require(try await next().first)
        try await store.write { try $0.replace(first, with: Data("new".utf8), registrationID: 7) }
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
            seen.append(String(decoding: message.envelope, as: UTF8.self))
            try await store.write { try $0.accepted(message) }
        }
        #expect(seen == ["ack 1", "report for carol", "plain", "report 2"])
    }

    @Test func messagesExpire() async throws {
        try await enqueue("short", to: bob, lifetime: .seconds(60))
        try await enqueue("long", to: bob, lifetime: .seconds(61))
        fixture.clock.advance(by: .seconds(60))
        #expect(try await store.read { try $0.expiredOutgoing(limit: 10) }.isEmpty)
        fixture.clock.advance(by: .milliseconds(1))
        let expired = try await store.read { try $0.expiredOutgoing(limit: 10) }
        #expect(expired.map { String(decoding: $0.envelope, as: UTF8.self) } == ["short"])
    }

    @Test func deliveryIsKnownFromTheFirstDeviceAndFailureFromTheLast() async throws {
        let tablet = try ProtocolAddress(name: "bob", deviceID: 2)
        let ids = [UUID(), UUID(), UUID()]
        for id in ids {
            try await store.write {
                try $0.addToHistory(Data("hello".utf8), messageID: id, .sent, peer: "bob")
            }
            try await enqueue("to 1", id: id, to: bob)
            try await enqueue("to 2", id: id, to: tablet)
        }
        func states() async throws -> [HistoryRow.Delivery?] {
            try await store.read { try $0.history(after: 0, limit: 10).map(\.delivery) }
        }
        func settle(_ change: @escaping @Sendable (inout StoreTransaction, OutboxMessage) throws -> Void)
            async throws
        {
            let message = try #require(try await next().first)
            try await store.write { try change(&$0, message) }
        }
        #expect(try await states() == [.queued, .queued, .queued])
        try await settle { try $0.accepted($1) }
        #expect(try await states() == [.onRelay, .queued, .queued])
        try await settle { try $0.giveUp($1, cause: "unknown recipient") }
        try await settle { try $0.giveUp($1, cause: "unknown recipient") }
        #expect(try await states() == [.onRelay, .queued, .queued])
        try await settle { try $0.giveUp($1, cause: "queue full") }
        #expect(try await states() == [.onRelay, .failed, .queued])
        #expect(try await store.read { try $0.history(after: 0, limit: 10)[1].cause } == "queue full")

        try await store.write { try $0.deliveredToDevice(ids, of: "carol") }
        #expect(try await states() == [.onRelay, .failed, .queued])
        try await store.write { try $0.deliveredToDevice(ids, of: "bob") }
        #expect(try await states() == [.onDevice, .failed, .onDevice])
    }
}

struct InboxTests {
    let fixture: StoreFixture
    let store: KeyStore
    let bob: ProtocolAddress

    init() throws {
        fixture = try StoreFixture()
        store = try fixture.create()
        bob = try ProtocolAddress(name: "bob", deviceID: 1)
    }

    @Test func messagesStayInOrderUntilHandled() async throws {
        let ids = [UUID(), UUID(), UUID()]
        try await store.write { [bob] store in
            for (index, id) in ids.enumerated() {
                try store.addToInbox(Data([UInt8(index)]), messageID: id, from: bob)
            }
        }
        store.close()
        let store = try fixture.open()
        let all = try await store.read { try $0.inbox(after: 0, limit: 10) }
        #expect(all.map(\.messageID) == ids)
        #expect(all.map(\.content) == [Data([0]), Data([1]), Data([2])])
        #expect(all.map(\.sender) == [bob, bob, bob])
        #expect(try await store.read { try $0.inbox(after: all[0].position, limit: 1) } == [all[1]])

        try await store.write { try $0.removeFromInbox(ids[1]) }
        try await store.write { try $0.removeFromInbox(ids[1]) }
        #expect(
            try await store.read { try $0.inbox(after: 0, limit: 10) }.map(\.messageID) == [ids[0], ids[2]])
    }

    @Test func positionsGrowAlsoWhenTheInboxWasEmptied() async throws {
        let (first, second) = (UUID(), UUID())
        try await store.write { [bob] store in
            try store.addToInbox(Data(), messageID: first, from: bob)
            try store.removeFromInbox(first)
            try store.addToInbox(Data(), messageID: second, from: bob)
        }
        #expect(try await store.read { try $0.inbox(after: 1, limit: 10) }.map(\.messageID) == [second])
    }

    @Test func idIsTakenOncePerSender() async throws {
        let id = UUID()
        let carol = try ProtocolAddress(name: "carol", deviceID: 1)
        let tablet = try ProtocolAddress(name: "bob", deviceID: 2)
        let senders = [bob, bob, carol, tablet]
        let noted = try await store.write { store in try senders.map { try store.noteReceived(id, from: $0) }
        }
        #expect(noted == [true, false, true, true])
        let sent = try await store.write { store in try [id, id].map { try store.noteSent($0) } }
        #expect(sent == [true, false])
    }

    @Test func idsAreForgottenByAge() async throws {
        let id = UUID()
        let age = Duration.seconds(35 * 86_400)
        func isKnown() async throws -> Bool {
            try await store.write { [bob] store in
                try store.forgetMessageIDs(olderThan: age)
                return try store.wasReceived(id, from: bob)
            }
        }
        _ = try await store.write { [bob] in try $0.noteReceived(id, from: bob) }
        fixture.clock.advance(by: age)
        #expect(try await isKnown())
        fixture.clock.advance(by: .milliseconds(1))
        #expect(try await !isKnown())
    }
}

struct HistoryTests {
    @Test func conversationIsReadFromItsEnd() async throws {
        let store = try StoreFixture().create()
        try await store.write { store in
            for number in 1...6 {
                try store.addToHistory(
                    Data([UInt8(number)]), messageID: UUID(), number.isMultiple(of: 2) ? .sent : .received,
                    peer: number < 6 ? "bob" : "carol")
            }
        }
        func numbers(_ rows: [HistoryRow]) -> [Int] { rows.map { Int($0.content[0]) } }
        let all = try await store.read { try $0.history(after: 0, limit: 10) }
        #expect(numbers(all) == [1, 2, 3, 4, 5, 6])
        #expect(all.map(\.delivery) == [nil, .queued, nil, .queued, nil, .queued])
        #expect(numbers(try await store.read { try $0.history(after: all[1].cursor, limit: 2) }) == [3, 4])
        let newest = try await store.read { try $0.conversation(with: "bob", before: nil, limit: 2) }
        #expect(numbers(newest) == [4, 5])
        let before = try await store.read {
            try $0.conversation(with: "bob", before: newest[0].cursor, limit: 2)
        }
        #expect(numbers(before) == [2, 3])
        #expect(try await store.read { try $0.conversation(with: "dave", before: nil, limit: 2) }.isEmpty)
    }

    @Test func incidentsAreBounded() async throws {
        let store = try StoreFixture().create()
        let count = Int(StoreTransaction.maxIncidents) + 1
        try await store.write { store in
            for number in 1...count { try store.record("\(number)", peer: "bob", messageID: UUID()) }
        }
        let kept = try await store.read { try $0.incidents(limit: 2000) }
        #expect(kept.count == Int(StoreTransaction.maxIncidents))
        #expect(kept.first?.cause == "\(count)")
        #expect(kept.last?.cause == "2")
    }
}
