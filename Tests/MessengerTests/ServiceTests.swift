import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import TestSupport
import Testing

@testable import Messenger

/// The messenger as a service, on a relay that comes and goes.
struct ServiceTests {
    let relay = MemoryRelay()

    @Test(.timeLimit(.minutes(15))) func conversationGoesOnThroughRestartsOfTheRelay() async throws {
        let alice = try Party("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let count = 30
        let relay = relay
        let (forth, back) = try await running([alice.messenger, bob.messenger]) {
            async let forth = bob.next(count)
            async let back = alice.next(count)
            for number in 0..<count {
                try await alice.messenger.send(.chat("forth \(number)"), to: bob.id)
                if number == 0 {
                    try await until(bob.messenger.inboxChanged) { try await !bob.history().isEmpty }
                }
                try await bob.messenger.send(.chat("back \(number)"), to: alice.id)
                if number % 10 == 5 { relay.restart() }
            }
            return await (forth, back)
        }
        #expect(forth == (0..<count).map { "forth \($0)" })
        #expect(back == (0..<count).map { "back \($0)" })
    }

    @Test(.timeLimit(.minutes(15))) func lostAnswersDoubleNothing() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        relay.setLosesAnswers(true)
        for number in 0..<5 { try await alice.messenger.send(.chat("\(number)"), to: bob.id) }
        let relay = relay
        let texts = try await running([alice.messenger, bob.messenger]) {
            let first = await bob.next(1)
            relay.setLosesAnswers(false)
            try await until(alice.messenger.outboxChanged) { try await alice.outboxCount() == 0 }
            _ = first
            return try await bob.history().map(\.message)
        }
        #expect(texts.prefix(1) == [.chat("0")])
        try await until(bob.messenger.inboxChanged) {
            _ = try await bob.hears(); return true
        }
        #expect(try await bob.history().map(\.message) == (0..<5).map { .chat("\($0)") })
        #expect(try await alice.history().map(\.delivery) == Array(repeating: .onRelay, count: 5))
    }

    @Test(.timeLimit(.minutes(15))) func refusedMessageWaitsAndKeepsItsPlace() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        for number in 0..<4 { try await alice.messenger.send(.chat("\(number)"), to: bob.id) }
        relay.refuseNext([
            MemoryRelay.problem(507, .queueFull, retryAfter: 60), MemoryRelay.problem(429, .rateLimited),
        ])
        let texts = try await running([alice.messenger, bob.messenger]) { await bob.next(4) }
        #expect(texts == ["0", "1", "2", "3"])
    }

    @Test func flushTellsWhatWaitsAndWhatFailed() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let carol = try await Party.registered("carol", relay: relay)
        try await alice.say("hello", to: bob)
        try await alice.say("hello", to: carol)
        try await alice.messenger.send(.chat("1"), to: bob.id)
        try await alice.messenger.send(.chat("2"), to: bob.id)
        try await alice.messenger.send(.chat("3"), to: carol.id)
        relay.refuseNext([MemoryRelay.problem(507, .queueFull)])
        let result = try await alice.messenger.flush()
        #expect(result.acceptedCount == 1)
        #expect(result.waitingCount == 2)
        #expect(result.failures == [])

        relay.forget(bob.id)
        let second = try await alice.messenger.flush()
        #expect(second.failures == ["unknown_recipient", "unknown_recipient"])
        #expect(second.waitingCount == 0)
        let failed = try await alice.history().filter { $0.delivery == .failed }
        #expect(failed.map(\.message) == [.chat("1"), .chat("2")])
        #expect(failed.map(\.failure) == ["unknown_recipient", "unknown_recipient"])
        #expect(failed.map(\.waitsBecause) == [nil, nil])
        await #expect(throws: MemoryRelay.problem(404, .unknownIdentity)) {
            try await alice.messenger.send(.chat("4"), to: bob.id)
        }
    }

    @Test func messagesThatNobodyTakesAreGivenUpInTheEnd() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        try await alice.say("hello", to: bob)
        try await alice.messenger.send(.chat("late"), to: bob.id)
        alice.wallClock.advance(days: 30)
        alice.wallClock.advance(by: 1)
        #expect(try await alice.messenger.flush().acceptedCount == 0)
        #expect(try await alice.history().map(\.delivery) == [.onRelay, .failed])
    }

    @Test func onlineMessageForSomebodyOfflineIsDropped() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let progress = TypedMessage(.chatProgress(ChatProgress(event: .toolStarted, tool: "t")))
        try await alice.messenger.send(progress, to: bob.id, class: .online)
        relay.refuseNext([MemoryRelay.problem(409, .recipientOffline)])
        let result = try await alice.messenger.flush()
        #expect(result.failures == [])
        #expect(result.waitingCount == 0)
    }

    @Test(.timeLimit(.minutes(15))) func takenOverConnectionStopsWithAClearError() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let address = alice.address
        let relay = relay
        await #expect(throws: MessengerError.takenOver(address)) {
            try await running([alice.messenger]) {
                try await until(alice.messenger.outboxChanged) { alice.messenger.isConnected }
                let token = try #require(relay.device(address)?.token)
                try await relay.withSocket(of: address, token: token) { socket in
                    // Held open until the service has stopped and this task is cancelled.
                    for try await _ in socket.frames {}
                }
            }
        }
        #expect(!alice.messenger.isConnected)
    }

    @Test func forgottenTokenIsRenewedOnceForAll() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        relay.forgetTokens()
        let registrations = relay.registrations
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    _ = try await alice.messenger.access.withToken { relay, token in
                        try await relay.preKeyCounts(of: alice.id, token: token)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(relay.registrations == registrations + 1)
        try alice.restart()
        try await alice.say("with the new token", to: bob)
        #expect(try await bob.hears() == ["with the new token"])
        #expect(relay.registrations == registrations + 2)
    }

    @Test func anIDThatIsTakenIsTold() async throws {
        _ = try await Party.registered("alice", relay: relay)
        let impostor = try Party("alice", relay: relay)
        await #expect(throws: MemoryRelay.problem(409, .identityTaken)) {
            try await impostor.messenger.register()
        }
    }

    @Test(.timeLimit(.minutes(15))) func readerHasMessagesAsTheyComeHoweverMany() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        for number in 0..<100 { try await alice.messenger.send(.chat("\(number)"), to: bob.id) }
        let texts = try await running([alice.messenger, bob.messenger]) { await bob.next(100) }
        #expect(texts == (0..<100).map(String.init))
    }
}

extension Party {
    /// The texts of the next messages, each handled.
    func next(_ count: Int) async -> [String] {
        var texts: [String] = []
        for await message in messenger.incoming() {
            texts.append(message.text)
            try? await messenger.handled(message)
            if texts.count == count { break }
        }
        return texts
    }
}
