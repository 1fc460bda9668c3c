import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import TestSupport
import Testing

@testable import Messenger

/// A relay that lists a key of its own for somebody, and goes on doing so.
struct UnapprovedBundlesTests {
    let relay = MemoryRelay()

    @Test func pausesDoubleUpToAnHourAndEndWithADecision() throws {
        let bundles = UnapprovedBundles()
        let dave = try IdentityID("dave")
        var now = Date(timeIntervalSince1970: 1_800_000_000)
        #expect(bundles.rest(of: dave, at: now) == 0)
        for pause in [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600] as [TimeInterval] {
            bundles.note(dave, at: now, after: 0)
            #expect(bundles.rest(of: dave, at: now) == pause)
            #expect(bundles.rest(of: dave, at: now + pause - 1) == 1)
            #expect(bundles.rest(of: try IdentityID("erin"), at: now) == 0)
            now += pause
            #expect(bundles.rest(of: dave, at: now) == 0)
        }
        bundles.note(dave, at: now, after: 0)
        #expect(bundles.rest(of: dave, at: now - 60) == 0)
        bundles.forget(dave)
        bundles.note(dave, at: now, after: 0)
        #expect(bundles.rest(of: dave, at: now) == 15)
        bundles.decided(dave)
        #expect(bundles.rest(of: dave, at: now) == 0)
        // Of what was asked before.
        bundles.note(dave, at: now, after: 0)
        #expect(bundles.rest(of: dave, at: now) == 0)
        bundles.note(dave, at: now, after: bundles.decisionCount)
        #expect(bundles.rest(of: dave, at: now) == 15)
    }

    /// Carol has written to Dave, for whom the relay now lists somebody else.
    private func replaced() async throws -> (carol: Party, impostor: Party) {
        let carol = try await Party.registered("carol", relay: relay)
        let dave = try await Party.registered("dave", relay: relay)
        try await carol.say("hello", to: dave)
        relay.forget(dave.id)
        return (carol, try await Party.registered("dave", relay: relay))
    }

    @Test func commandsAskLessAndLess() async throws {
        let (carol, impostor) = try await replaced()
        let before = relay.bundlesTaken
        try await carol.messenger.send(.chat("waits"), to: impostor.id)
        for (wait, taken) in [(0, 1), (0, 1), (14, 1), (1, 2), (15, 2), (15, 3)] {
            carol.wallClock.advance(by: TimeInterval(wait))
            await #expect(throws: MessengerError.identityChanged(impostor.id)) {
                try await carol.messenger.flush()
            }
            #expect(relay.bundlesTaken == before + taken)
        }
        #expect(try await carol.outboxCount() == 1)
        let number = try impostor.messenger.fingerprint(
            of: carol.store.account.identity.publicKey, carol.id
        ).displayable
        try await carol.messenger.approve(impostor.id, safetyNumber: number)
        #expect(try await carol.messenger.flush().acceptedCount == 1)
        #expect(try await impostor.hears() == ["waits"])
    }

    @Test(.timeLimit(.minutes(15))) func serviceAsksLessAndLessAndGoesOnOnceSomebodyDecides() async throws {
        let (carol, impostor) = try await replaced()
        let before = relay.bundlesTaken
        let relay = relay
        try await running([carol.messenger]) {
            try await carol.messenger.send(.chat("waits"), to: impostor.id)
            // On this clock a pause takes no time.
            while relay.deviceProblems < 50 { await Task.yield() }
            #expect(relay.bundlesTaken == before + 1)
            carol.wallClock.advance(by: UnapprovedBundles.firstPause)
            while relay.bundlesTaken < before + 2 { await Task.yield() }
            let problems = relay.deviceProblems
            while relay.deviceProblems < problems + 50 { await Task.yield() }
            #expect(relay.bundlesTaken == before + 2)
            let number = try impostor.messenger.fingerprint(
                of: carol.store.account.identity.publicKey, carol.id
            ).displayable
            try await carol.messenger.approve(impostor.id, safetyNumber: number)
            try await until(carol.messenger.outboxChanged) { try await carol.outboxCount() == 0 }
        }
        #expect(try await impostor.hears() == ["waits"])
    }

    /// Where no session is left, each message would ask for one.
    @Test func messagesWithoutASessionDoNotAskEachTime() async throws {
        let (carol, impostor) = try await replaced()
        try await carol.store.write { try $0.sessions.forget(impostor.address) }
        let before = relay.bundlesTaken
        for _ in 1...10 {
            await #expect(throws: MessengerError.identityChanged(impostor.id)) {
                try await carol.messenger.send(.chat("to whom?"), to: impostor.id)
            }
        }
        #expect(relay.bundlesTaken == before + 1)
    }
}
