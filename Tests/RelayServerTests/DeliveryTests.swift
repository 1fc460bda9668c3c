import HTTP
import Foundation
import RelayAPI
import Testing
import TestSupport

@testable import RelayServer

struct DeliveryTests {
    @Test func waitingMessagesArriveInOrderAndStayAwayOnceAcknowledged() async throws {
        let folder = try ScratchDirectory()
        try await TestRelay.run(in: folder) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            for number in 1...300 {
                let answer = try await relay.request(
                    .post, "/v1/messages", token: alice.token,
                    json: alice.envelope(to: bob, "message \(number)"))
                #expect(try answer.json(MessageReceipt.self).outcome == .accepted)
            }
            try await TestSocket.open(relay, as: bob) { socket in
                // The window holds 256; the rest comes when something is acknowledged.
                for number in 1...256 {
                    let envelope = try await socket.nextEnvelope()
                    #expect(envelope.text == "message \(number)")
                    if number == 256 { try await socket.send(.ack([envelope.messageId])) }
                }
                #expect(try await socket.nextEnvelope().text == "message 257")
            }
            // Only the acknowledged one is gone.
            try await TestSocket.open(relay, as: bob) { socket in
                for number in Array(1...255) + [257] {
                    let envelope = try await socket.nextEnvelope()
                    #expect(envelope.text == "message \(number)")
                    try await socket.send(.ack([envelope.messageId]))
                }
                for number in 258...300 {
                    let envelope = try await socket.nextEnvelope()
                    #expect(envelope.text == "message \(number)")
                    try await socket.send(.ack([envelope.messageId]))
                }
                try await socket.expect(.queueEmpty)
            }
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.expect(.queueEmpty)
            }
            #expect(try await relay.store.totals().queuedBytes == 0)
        }
    }

    @Test func messagesSentOnTheSocketAreConfirmedAndArriveLive() async throws {
        let folder = try ScratchDirectory()
        try await TestRelay.run(in: folder) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            try await TestSocket.open(relay, as: bob) { bobs in
                try await bobs.expect(.queueEmpty)
                let envelope = try alice.envelope(to: bob, "hello")
                try await TestSocket.open(relay, as: alice) { alices in
                    try await alices.expect(.queueEmpty)
                    try await alices.send(.send(envelope))
                    try await alices.expect(.sent(envelope.copy))
                    // A repeated message is confirmed again, and delivered once.
                    try await alices.send(.send(envelope))
                    try await alices.expect(.sent(envelope.copy))
                }
                #expect(try await bobs.nextEnvelope() == envelope)
                try await bobs.send(.ack([envelope.messageId]))
                let second = try alice.envelope(to: bob, "again")
                _ = try await relay.request(.post, "/v1/messages", token: alice.token, json: second)
                #expect(try await bobs.nextEnvelope() == second)
            }
        }
    }

    @Test func whatWasAcceptedOutlivesTheRelay() async throws {
        let folder = try ScratchDirectory()
        let (bob, id) = try await TestRelay.run(in: folder) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let envelope = try alice.envelope(to: bob, "kept")
            _ = try await relay.request(.post, "/v1/messages", token: alice.token, json: envelope)
            return (bob, envelope.messageId)
        }
        try await TestRelay.run(in: folder) { relay in
            try await TestSocket.open(relay, as: bob) { socket in
                let kept = try await socket.nextEnvelope()
                #expect(kept.messageId == id)
            }
        }
    }

    @Test func aNewerConnectionTakesOver() async throws {
        let folder = try ScratchDirectory()
        try await TestRelay.run(in: folder) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            try await TestSocket.open(relay, as: bob) { older in
                try await older.expect(.queueEmpty)
                try await TestSocket.open(relay, as: bob) { newer in
                    try await newer.expect(.queueEmpty)
                    #expect(await older.closeCode() == 4409)
                }
            }
        }
    }

    @Test func ofTheLatestOnlyTheNewestFiveWait() async throws {
        let folder = try ScratchDirectory()
        try await TestRelay.run(in: folder) { relay in
            let probe = try await TestDevice("probe").registered(at: relay)
            let agent = try await TestDevice("agent").registered(at: relay)
            for number in 1...8 {
                let envelope = try probe.envelope(to: agent, "\(number)", class: .latest)
                _ = try await relay.request(.post, "/v1/messages", token: probe.token, json: envelope)
            }
            try await TestSocket.open(relay, as: agent) { socket in
                for number in 4...8 { try await socket.expect(text: "\(number)") }
                try await socket.expect(.queueEmpty)
            }
        }
    }

    @Test func onlineMessagesReachAConnectedDeviceOrNobody() async throws {
        let folder = try ScratchDirectory()
        try await TestRelay.run(in: folder) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let refused = try await relay.request(
                .post, "/v1/messages", token: alice.token,
                json: alice.envelope(to: bob, "gone", class: .online))
            #expect(refused.status == 409)
            #expect(refused.code == .recipientOffline)
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.expect(.queueEmpty)
                let answer = try await relay.request(
                    .post, "/v1/messages", token: alice.token,
                    json: alice.envelope(to: bob, "now", class: .online))
                #expect(answer.status == 200)
                #expect(try await socket.nextEnvelope().text == "now")
            }
            #expect(try await relay.store.totals().queuedMessages == 0)
        }
    }

    @Test func expiredMessagesAreNotDelivered() async throws {
        let folder = try ScratchDirectory()
        let clock = WallClock(Date(timeIntervalSince1970: 1))
        try await TestRelay.run(
            in: folder, configure: { $0.clockPatience = .zero }, now: { clock.now.milliseconds }
        ) {
            relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            _ = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "old"))
            let month: Int64 = 30 * 24 * 3600 * 1000
            clock.advance(by: .milliseconds(month - 1))
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.expect(text: "old")
            }
            clock.advance(by: .milliseconds(1))
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.expect(.queueEmpty)
            }
            // The relay's own sweep may have come first.
            _ = try await relay.store.expire(at: clock.now.milliseconds)
            #expect(try await relay.store.totals().queuedBytes == 0)
        }
    }

    @Test func aFullQueueIsToldToTheSender() async throws {
        let folder = try ScratchDirectory()
        var limits = QueueLimits()
        limits.maxMessageCount = 3
        try await TestRelay.run(in: folder, limits: limits) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            for _ in 1...3 {
                let answer = try await relay.request(
                    .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "fits"))
                #expect(answer.status == 200)
            }
            let answer = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "too many"))
            #expect(answer.status == 507)
            #expect(answer.code == .queueFull)
            #expect(answer.retryAfter != nil)
        }
    }
}
