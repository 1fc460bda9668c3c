import Foundation
import KeyStore
import Logging
import MaintenanceAPI
import RelayAPI
import RelayServer
import Services
import SignalProtocol
import Testing
import TestSupport

@testable import Messenger

/// Messengers on a real relay: HTTP, sockets and a database file.
@Suite(.timeLimit(.minutes(15)))
struct RealRelayTests {
    @Test func offlinePartyReceivesInOrderOnceItComesAndAnswers() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            for number in 0..<20 { try await alice.messenger.send(.chat("\(number)"), to: bob.id) }
            try await running([alice.messenger]) {
                try await until(alice.messenger.outboxChanged) { try await alice.outboxCount() == 0 }
                let texts = try await running([bob.messenger]) {
                    let texts = await bob.next(20)
                    try await bob.messenger.send(.chat("all there"), to: alice.id)
                    #expect(await alice.next(1) == ["all there"])
                    return texts
                }
                #expect(texts == (0..<20).map(String.init))
            }
            #expect(try await alice.history().prefix(20).allSatisfy { $0.delivery == .onRelay })
            #expect(try await bob.causes() == [])
        }
    }

    @Test func conversationGoesOnWhenTheRelayComesBack() async throws {
        let place = try RealRelay()
        let (alice, bob, port) = try await place.serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            try await alice.say("0", to: bob)
            return (alice, bob, relay.port)
        }
        try await running([alice.messenger, bob.messenger]) {
            #expect(!alice.messenger.isConnected)
            for number in 1..<5 { try await alice.messenger.send(.chat("\(number)"), to: bob.id) }
            try await place.serve(port: port) { _ in
                #expect(await bob.next(5) == (0..<5).map(String.init))
                try await until(alice.messenger.outboxChanged) { try await alice.outboxCount() == 0 }
            }
            for number in 5..<10 { try await alice.messenger.send(.chat("\(number)"), to: bob.id) }
            try await place.serve(port: port) { _ in
                #expect(await bob.next(5) == (5..<10).map(String.init))
            }
        }
        #expect(try await bob.history().count == 10)
    }

    @Test func stopThatWasAskedForIsNoNews() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay)
            let log = LogRecorder(from: .info)
            let messenger = Messenger(
                store: alice.store, relay: relay, logger: log.logger, stock: Party.stock)
            let group = ServiceGroup([("messenger", messenger)], signals: [], logger: .silent)
            async let stopped: Void = group.run()
            try await until(messenger.outboxChanged) { messenger.isConnected }
            group.stop()
            try await stopped
            #expect(!messenger.isConnected)
            #expect(log.messages == [])
        }
    }

    @Test func relayAsksForPreKeysBeforeTheyRunOut() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let watched = FilteringRelay(base: relay)
            let bob = try await Party.registered("bob", relay: watched)
            @Sendable func counts() async throws -> PreKeyCounts {
                try await bob.messenger.access.withToken { try await $0.preKeyCounts(of: bob.id, token: $1) }
            }
            // Bob's clock does not come to the next regular look.
            try await running([bob.messenger]) {
                try await until(bob.messenger.outboxChanged) { bob.messenger.isConnected }
                for _ in Party.stock.low...Party.stock.full {
                    _ = try await alice.messenger.access.withToken {
                        try await $0.bundle(of: bob.id, token: $1)
                    }
                }
                try await until(watched.uploaded) {
                    let counts = try await counts()
                    return counts.oneTime == Party.stock.full && counts.oneTimeKyber == Party.stock.full
                }
            }
        }
    }

    @Test func newerConnectionTakesOverAndGetsWhatFollows() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            let address = bob.address
            let origin = try #require(relay.origin)
            await #expect(throws: MessengerError.takenOver(address)) {
                try await running([bob.messenger]) {
                    try await until(bob.messenger.outboxChanged) { bob.messenger.isConnected }
                    let token = try #require(
                        try await bob.store.read { try $0.settings.relayToken(at: origin) })
                    try await relay.withSocket(of: address, token: token) { socket in
                        // Held open until the service has stopped and this task is cancelled.
                        for try await _ in socket.frames {}
                    }
                }
            }
            try await alice.say("for whoever is there", to: bob)
            #expect(try await bob.hears() == ["for whoever is there"])
        }
    }

    @Test func whatWasNotAcknowledgedComesAgainAndCountsOnce() async throws {
        try await RealRelay().serve { relay in
            let deaf = FilteringRelay(base: relay) { frame in if case .ack = frame { false } else { true } }
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: deaf, clock: HurriedClock())
            for number in 0..<3 { try await alice.say("\(number)", to: bob) }
            #expect(try await bob.hears() == ["0", "1", "2"])
            #expect(try await bob.messenger.receiveUntilEmpty() == 0)
            try bob.restart(relay: relay)
            #expect(try await bob.hears() == ["0", "1", "2"])
            try await bob.handleAll()
            #expect(try await bob.hears() == [])
            #expect(try await bob.causes() == [])
        }
    }

    @Test func messageSentAgainAfterALostAnswerArrivesOnce() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            try await alice.messenger.send(.chat("once"), to: bob.id)
            let waiting = try #require(try await alice.waiting().first)
            let first = try await alice.messenger.access.withToken {
                try await $0.send(waiting.envelope, if: .none, token: $1)
            }
            #expect(first.outcome == .accepted)
            try alice.restart()
            #expect(try await alice.messenger.flush().acceptedCount == 1)
            #expect(try await bob.hears() == ["once"])
        }
    }

    @Test func onlyTheNewestReadingsWait() async throws {
        try await RealRelay().serve { relay in
            let probe = try await Party.registered("diagprobe", relay: relay, clock: HurriedClock())
            let agent = try await Party.registered("sysmaint", relay: relay, clock: HurriedClock())
            for moment in 1...8 {
                let report = TypedMessage(
                    .telemetryReport(TelemetryReport(sample: Sample(takenAt: Int64(moment)))))
                try await probe.messenger.send(report, to: agent.id, class: .latest)
                _ = try await probe.messenger.flush()
            }
            _ = try await agent.messenger.receiveUntilEmpty()
            let moments = try await agent.messenger.inbox(limit: 10).map { message -> Int64? in
                if case .telemetryReport(let report) = message.message.payload {
                    report.sample.takenAt
                } else {
                    nil
                }
            }
            #expect(moments == [4, 5, 6, 7, 8])
            #expect(try await agent.causes() == [])
        }
    }

    @Test func onlineMessageReachesThoseWhoAreThere() async throws {
        try await RealRelay().serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            let progress = TypedMessage(.chatProgress(ChatProgress(event: .toolStarted, tool: "t")))
            try await alice.messenger.send(progress, to: bob.id, class: .online)
            #expect(try await alice.messenger.flush() == FlushResult())
            try await running([alice.messenger, bob.messenger]) {
                try await until(bob.messenger.outboxChanged) { bob.messenger.isConnected }
                try await alice.messenger.send(progress, to: bob.id, class: .online)
                #expect(await bob.next(1) == ["chat.progress"])
            }
            #expect(try await bob.causes() == [])
        }
    }

    @Test func senderIsToldThatTheQueueIsFullAndOrderIsKept() async throws {
        var place = try RealRelay()
        place.limits.maxMessageCount = 2
        try await place.serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            for number in 0..<6 { try await alice.messenger.send(.chat("\(number)"), to: bob.id) }
            let result = try await alice.messenger.flush()
            #expect(result.acceptedCount == 2)
            #expect(result.waitingCount == 4)
            #expect(result.delays.count == 1)
            #expect(result.delays.first?.contains("queue is full") == true)
            // Nothing has failed: the first that was refused says why it waits.
            let history = try await alice.history()
            #expect(history.map(\.delivery) == [.onRelay, .onRelay, .queued, .queued, .queued, .queued])
            #expect(history.allSatisfy { $0.failure == nil })
            #expect(history[2].waitsBecause?.contains("queue is full") == true)

            let texts = try await running([alice.messenger, bob.messenger]) { await bob.next(6) }
            #expect(texts == (0..<6).map(String.init))
            #expect(
                try await alice.history().allSatisfy {
                    $0.delivery == .onRelay && $0.failure == nil && $0.waitsBecause == nil
                })
        }
    }

    @Test func orderHoldsWhenAMessageIsRefusedAmongThoseBehindIt() async throws {
        var place = try RealRelay()
        place.limits.maxMessageCount = 40
        try await place.serve { relay in
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let bob = try await Party.registered("bob", relay: relay, clock: HurriedClock())
            let count = 300
            try await running([alice.messenger, bob.messenger]) {
                async let texts = bob.next(count)
                for number in 0..<count { try await alice.messenger.send(.chat("\(number)"), to: bob.id) }
                #expect(await texts == (0..<count).map(String.init))
            }
            #expect(try await bob.causes() == [])
        }
    }

    @Test func deviceThatIsAddedGetsWhatWaitsAndWhatFollows() async throws {
        try await RealRelay().serve { relay in
            let identity = IdentityKeyPair()
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let phone = try Party("bob", device: 1, relay: relay, clock: HurriedClock(), identity: identity)
            try await phone.messenger.register()
            try await alice.say("for the phone", to: phone)

            let tablet = try Party("bob", device: 2, relay: relay, clock: HurriedClock(), identity: identity)
            try await tablet.messenger.register()
            for text in ["for both", "for both too"] {
                try await alice.messenger.send(.chat(text), to: phone.id)
            }
            let result = try await alice.messenger.flush()
            #expect(result.failures == [])
            #expect(result.waitingCount == 0)
            #expect(try await phone.hears() == ["for the phone", "for both", "for both too"])
            #expect(try await tablet.hears() == ["for both", "for both too"])
        }
    }

    @Test func connectedSenderFindsOutAboutANewDevice() async throws {
        try await RealRelay().serve { relay in
            let identity = IdentityKeyPair()
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let phone = try Party("bob", device: 1, relay: relay, clock: HurriedClock(), identity: identity)
            try await phone.messenger.register()
            try await alice.say("0", to: phone)
            let tablet = try Party("bob", device: 2, relay: relay, clock: HurriedClock(), identity: identity)
            try await tablet.messenger.register()
            try await running([alice.messenger, phone.messenger, tablet.messenger]) {
                for number in 1..<20 { try await alice.messenger.send(.chat("\(number)"), to: phone.id) }
                #expect(await phone.next(20) == (0..<20).map(String.init))
                #expect(await tablet.next(19) == (1..<20).map(String.init))
            }
        }
    }

    @Test func deviceThatWasSetUpAnewReadsWhatWaited() async throws {
        try await RealRelay().serve { relay in
            let identity = IdentityKeyPair()
            let alice = try await Party.registered("alice", relay: relay, clock: HurriedClock())
            let old = try Party("bob", relay: relay, clock: HurriedClock(), identity: identity)
            try await old.messenger.register()
            try await alice.say("for the old one", to: old)
            for text in ["one", "two"] { try await alice.messenger.send(.chat(text), to: old.id) }

            let new = try Party("bob", relay: relay, clock: HurriedClock(), identity: identity)
            try await new.messenger.register()
            #expect(try await alice.messenger.flush().waitingCount == 0)
            #expect(try await new.hears().suffix(2) == ["one", "two"])
            try await new.say("thanks", to: alice)
            #expect(try await alice.hears() == ["thanks"])
        }
    }
}
