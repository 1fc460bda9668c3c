import HTTPEdge
import HTTP
import Foundation
import RelayAPI
import Testing
import TestSupport

@testable import RelayServer

struct MessageTests {
    @Test func theSenderIsTheOwnerOfTheToken() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let forged = try await relay.request(
                .post, "/v1/messages", token: bob.token, json: alice.envelope(to: bob, "from alice?"))
            #expect(forged.status == 403)
            #expect(forged.code == .senderMismatch)
            let anonymous = try await relay.request(
                .post, "/v1/messages", json: alice.envelope(to: bob, "hi"))
            #expect(anonymous.status == 401)
            #expect(anonymous.code == .unauthorized)
            #expect(try await relay.store.totals().queuedMessages == 0)
        }
    }

    @Test func unknownRecipientsAreNamed() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let answer = try await relay.request(
                .post, "/v1/messages", token: alice.token,
                json: alice.envelope(to: TestDevice("nobody"), "hello?"))
            #expect(answer.status == 404)
            #expect(answer.code == .unknownRecipient)
            #expect(try answer.json(Problem.self).description.contains("nobody.1"))
        }
    }

    @Test func theSameMessageAgainIsHarmless() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let envelope = try alice.envelope(to: bob, "once")
            let outcomes = try await (0..<3).asyncMap { _ in
                try await relay.request(.post, "/v1/messages", token: alice.token, json: envelope)
                    .json(MessageReceipt.self).outcome
            }
            #expect(outcomes == [.accepted, .duplicate, .duplicate])
            try await TestSocket.open(relay, as: bob) { socket in
                #expect(try await socket.nextEnvelope() == envelope)
                try await socket.send(.ack([envelope.messageId]))
                try await socket.expect(.queueEmpty)
            }
            // Also after it was delivered and forgotten.
            let late = try await relay.request(.post, "/v1/messages", token: alice.token, json: envelope)
            #expect(try late.json(MessageReceipt.self).outcome == .duplicate)
            let other = try alice.envelope(to: bob, "another body", id: envelope.messageId)
            let conflict = try await relay.request(.post, "/v1/messages", token: alice.token, json: other)
            #expect(conflict.status == 409)
            #expect(conflict.code == .messageIDConflict)
            try await TestSocket.open(relay, as: bob) { try await $0.expect(.queueEmpty) }
        }
    }

    @Test func idsOfDifferentSendersDoNotMeet() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let id = UUID()
            for name in ["alice", "carol"] {
                let sender = try await TestDevice(name).registered(at: relay)
                let answer = try await relay.request(
                    .post, "/v1/messages", token: sender.token, json: sender.envelope(to: bob, name, id: id))
                #expect(try answer.json(MessageReceipt.self).outcome == .accepted)
            }
            #expect(try await relay.store.totals().queuedMessages == 2)
        }
    }

    static let brokenEnvelopes: [(field: String, value: String, says: String)] = [
        ("senderId", #""Alice""#, "identity id"),
        ("senderDevice", "128", "device id"),
        ("recipientId", "7", "recipientId"),
        ("recipientDevice", "0", "device id"),
        ("sessionId", #""""#, "sessionId"),
        ("sessionId", #""a b""#, "sessionId"),
        ("messageId", #""1""#, "messageId"),
        ("type", #""letter""#, "type"),
        ("body", #""""#, "body"),
        ("body", #""%%%=""#, "body: must be standard base64"),
        ("body", #""QUJD-_==""#, "body: must be standard base64"),
        ("timestamp", "-1", "timestamp"),
        ("class", #""urgent""#, "class"),
    ]

    @Test(arguments: brokenEnvelopes)
    func brokenEnvelopesAreNamed(_ example: (field: String, value: String, says: String)) async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let envelope = try alice.envelope(to: bob, "x")
            var fields = try #require(
                JSONSerialization.jsonObject(with: JSONEncoder().encode(envelope)) as? [String: Any])
            fields[example.field] = try JSONSerialization.jsonObject(
                with: Data(example.value.utf8), options: .fragmentsAllowed)
            let body = try JSONSerialization.data(withJSONObject: fields)
            let answer = try await relay.request(.post, "/v1/messages", token: alice.token, body: Array(body))
            #expect(answer.status == 400)
            #expect(answer.code == .invalidJSON || answer.code == .invalidRequest)
            #expect(try answer.json(Problem.self).description.contains(example.says))
            fields[example.field] = nil
            fields["unknown"] = "ignored"
            let without = try await relay.request(
                .post, "/v1/messages", token: alice.token,
                body: Array(JSONSerialization.data(withJSONObject: fields)))
            #expect(without.status == (example.field == "class" ? 200 : 400))
        }
    }

    @Test func brokenJsonIsRefused() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            for body in ["", "null", "{", "\"\"", String(repeating: "[", count: 100_000), "\u{0}"] {
                let answer = try await relay.request(
                    .post, "/v1/messages", token: alice.token, body: Array(body.utf8))
                #expect(answer.status == 400, "\(body.prefix(10))")
                #expect(answer.code == .invalidJSON || answer.code == .invalidRequest)
            }
        }
    }

    @Test(arguments: [true, false])
    func bodiesAreTakenUpTo256KiB(streamed: Bool) async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let limit = 256 * 1024
            let envelope = try JSONEncoder().encode(alice.envelope(to: bob, "padded"))
            let padded = envelope + Data(repeating: UInt8(ascii: " "), count: limit - envelope.count)
            let fits = try await relay.request(
                .post, "/v1/messages", token: alice.token, body: Array(padded), isStreamed: streamed)
            #expect(fits.status == 200)
            let over = try await relay.request(
                .post, "/v1/messages", token: alice.token, body: Array(padded) + [UInt8(ascii: " ")],
                isStreamed: streamed)
            #expect(over.status == 413)
            #expect(over.code == .bodyTooLarge)
        }
    }

    @Test func envelopeBodiesAreTakenUpToTheirLimit() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            // The limit in base64 is exactly the limit of a request; the fields around it need room too.
            let text = String(repeating: "x", count: Envelope.maxBodyByteCount - 1024)
            let answer = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, text))
            #expect(answer.status == 200)
            try await TestSocket.open(relay, as: bob) { socket in try await socket.expect(text: text) }
            #expect(throws: InvalidValue.self) {
                try alice.envelope(to: bob, String(repeating: "x", count: Envelope.maxBodyByteCount + 1))
            }
        }
    }

    @Test func aQueueHoldsItsBytesAndNoMore() async throws {
        var limits = QueueLimits()
        let folder = try ScratchDirectory()
        let alice = try TestDevice("alice")
        let bob = try TestDevice("bob")
        limits.maxByteCount = try alice.envelope(to: bob, "1").protobuf.count * 3
        try await TestRelay.run(in: folder, limits: limits) { relay in
            let alice = try await alice.registered(at: relay)
            let bob = try await bob.registered(at: relay)
            for number in 1...3 {
                let answer = try await relay.request(
                    .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "\(number)"))
                #expect(answer.status == 200)
            }
            let full = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "4"))
            #expect(full.code == .queueFull)
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.send(.ack([socket.nextEnvelope().messageId]))
            }
            try await waitUntil { try await relay.store.totals().queuedMessages == 2 }
            let again = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "4"))
            #expect(again.status == 200)
        }
    }

    @Test func sendersAreLimitedInMessagesAndBytes() async throws {
        func configure(_ configuration: inout RelayConfiguration) {
            configuration.rates.messages = Rate(perSecond: 0.01, burst: 4)
            configuration.rates.messageBytes = Rate(perSecond: 0.01, burst: 1000)
            configuration.rates.messagesOfTarget = Rate(perSecond: 0.01, burst: 5)
        }
        try await TestRelay.run(in: ScratchDirectory(), configure: configure) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            func code(_ sender: TestDevice, _ size: Int) async throws -> Problem.Code? {
                try await relay.request(
                    .post, "/v1/messages", token: sender.token,
                    json: sender.envelope(to: bob, String(repeating: "x", count: size))
                ).code
            }
            let alice = try await TestDevice("alice").registered(at: relay)
            #expect(
                try await [code(alice, 600), code(alice, 600), code(alice, 300)] == [nil, .rateLimited, nil])
            #expect(try await [code(alice, 1), code(alice, 1)] == [nil, .rateLimited])
            let carol = try await TestDevice("carol").registered(at: relay)
            #expect(try await [code(carol, 1), code(carol, 1), code(carol, 1)] == [nil, nil, .rateLimited])
        }
    }
}
