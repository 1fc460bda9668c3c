import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import Testing
import TestSupport
import VectorSupport

@testable import Messenger

struct UpkeepTests {
    let relay = MemoryRelay()

    @Test func registrationStocksTheRelay() async throws {
        let bob = try await Party.registered("bob", relay: relay)
        let device = try #require(relay.device(bob.address))
        #expect(device.oneTime.count == Party.stock.full)
        #expect(device.oneTimeKyber.count == Party.stock.full)
        #expect(device.signed?.id == 1)
        #expect(device.lastResort != nil)
    }

    @Test func stockIsMadeUpBelowTheMarkAndIDsNeverComeAgain() async throws {
        let bob = try await Party.registered("bob", relay: relay)
        relay.update(bob.address) { $0.oneTime.removeFirst(Party.stock.full - Party.stock.low) }
        try await bob.messenger.upkeep.run()
        #expect(relay.device(bob.address)?.oneTime.count == Party.stock.low)

        relay.update(bob.address) {
            $0.oneTime.removeFirst()
            $0.oneTimeKyber.removeAll()
        }
        try bob.restart()
        try await bob.messenger.upkeep.run()
        let device = try #require(relay.device(bob.address))
        #expect(device.oneTime.count == Party.stock.full)
        #expect(device.oneTimeKyber.count == Party.stock.full)
        #expect(Set(device.uploadedIDs).count == device.uploadedIDs.count)
        #expect(Set(device.uploadedKyberIDs).count == device.uploadedKyberIDs.count)
        #expect(device.uploadedIDs == device.uploadedIDs.sorted())
    }

    @Test func keysAreRenewedInTimeAndOldOnesStillServe() async throws {
        let bob = try await Party.registered("bob", relay: relay)
        let alice = try await Party.registered("alice", relay: relay)
        let lastResort = try #require(relay.device(bob.address)?.lastResort?.id)
        // The session begins under the keys of today; its first message arrives much later.
        try await alice.messenger.send(.chat("under old keys"), to: bob.id)

        bob.wallClock.advance(days: 7)
        try await bob.messenger.upkeep.run()
        #expect(relay.device(bob.address)?.signed?.id == 1)
        bob.wallClock.advance(by: 1)
        try await bob.messenger.upkeep.run()
        #expect(relay.device(bob.address)?.signed?.id == 2)
        #expect(relay.device(bob.address)?.lastResort?.id == lastResort)
        bob.wallClock.advance(days: 23)
        try await bob.messenger.upkeep.run()
        #expect(relay.device(bob.address)?.signed?.id == 3)
        #expect(relay.device(bob.address)?.lastResort?.id != lastResort)

        _ = try await alice.messenger.flush()
        #expect(try await bob.hears() == ["under old keys"])
    }

    @Test(.timeLimit(.minutes(15))) func keysAreLookedAfterForYearsWithoutAnybody() async throws {
        let bob = try await Party.registered("bob", relay: relay)
        let day = 86_400.0
        /// Between two looks at most: the process was off.
        let longestPause = 10.0
        let begin = bob.wallClock.now
        var madeAt: [UInt32: Date] = [1: begin]
        var lastResortMadeAt: [UInt32: Date] = [:]
        var (goneCount, goneLastResortCount) = (0, 0)
        let seed: UInt64 = 9
        var random = SeededRandom(seed: seed)
        while bob.wallClock.now < begin.addingTimeInterval(3 * 365 * day) {
            // Peers begin sessions; now and then the relay loses a key, or the process has another life.
            let takenCount = Int.random(in: 0...Party.stock.full, using: &random)
            relay.update(bob.address) { device in
                device.oneTime.removeFirst(min(takenCount, device.oneTime.count))
                device.oneTimeKyber.removeFirst(min(takenCount, device.oneTimeKyber.count))
            }
            if Int.random(in: 0..<20, using: &random) == 0 { relay.update(bob.address) { $0.signed = nil } }
            if Int.random(in: 0..<20, using: &random) == 0 {
                relay.update(bob.address) { $0.lastResort = nil }
            }
            if Int.random(in: 0..<20, using: &random) == 0 { try bob.restart() }
            bob.wallClock.advance(days: Double.random(in: 0.1...longestPause, using: &random))
            try await bob.messenger.lookAfterKeys()

            let now = bob.wallClock.now
            let device = try #require(relay.device(bob.address))
            let (signed, lastResort) = (try #require(device.signed).id, try #require(device.lastResort).id)
            madeAt[signed] = madeAt[signed] ?? now
            lastResortMadeAt[lastResort] = lastResortMadeAt[lastResort] ?? now
            #expect(now.timeIntervalSince(madeAt[signed] ?? begin) <= 7 * day, "seed \(seed)")
            #expect(now.timeIntervalSince(lastResortMadeAt[lastResort] ?? begin) <= 30 * day, "seed \(seed)")
            #expect(device.oneTime.count >= Party.stock.low && device.oneTimeKyber.count >= Party.stock.low)

            // What was handed out may still be used for the time of grace, and is gone after it: that begins at the first
            // look after a key's time in use, and ends at one.
            for (id, moment) in madeAt {
                let age = now.timeIntervalSince(moment)
                let isThere = try await bob.store.read { try $0.preKeys.signedPreKey(id) != nil }
                if age <= 45 * day { #expect(isThere, "seed \(seed)") }
                if age > (7 + 45 + 2 * longestPause) * day {
                    #expect(!isThere, "seed \(seed)")
                    madeAt[id] = nil
                    goneCount += 1
                }
            }
            for (id, moment) in lastResortMadeAt {
                let age = now.timeIntervalSince(moment)
                let isThere = try await bob.store.read { try $0.preKeys.kyberPreKey(id) != nil }
                if age <= 45 * day { #expect(isThere, "seed \(seed)") }
                if age > (30 + 45 + 2 * longestPause) * day {
                    #expect(!isThere, "seed \(seed)")
                    lastResortMadeAt[id] = nil
                    goneLastResortCount += 1
                }
            }
        }
        #expect(goneCount >= 3 * 365 / 17 - 5 && goneLastResortCount >= 3 * 365 / 40 - 5)
        let device = try #require(relay.device(bob.address))
        #expect(Set(device.uploadedIDs).count == device.uploadedIDs.count)
        #expect(Set(device.uploadedKyberIDs).count == device.uploadedKyberIDs.count)
        // A stranger still gets through.
        let alice = try await Party.registered("alice", relay: relay, wallClock: bob.wallClock)
        try await alice.say("after all these years", to: bob)
        #expect(try await bob.hears() == ["after all these years"])
    }

    @Test func keysMadeUnderAClockThatWasAheadAreReplaced() async throws {
        let bob = try await Party.registered("bob", relay: relay)
        bob.wallClock.advance(days: 3650)
        try await bob.messenger.upkeep.run()
        let ahead = try #require(relay.device(bob.address))
        bob.wallClock.advance(days: -3650)
        try await bob.messenger.upkeep.run()
        let device = try #require(relay.device(bob.address))
        #expect(device.signed?.id != ahead.signed?.id)
        #expect(device.lastResort?.id != ahead.lastResort?.id)
        // A clock that is put back a little is no reason.
        bob.wallClock.advance(days: -1)
        try await bob.messenger.upkeep.run()
        #expect(relay.device(bob.address)?.signed == device.signed)
    }

    @Test func driftIsFoundAndRepaired() async throws {
        let bob = try await Party.registered("bob", relay: relay)
        let signed = try #require(relay.device(bob.address)?.signed)
        relay.update(bob.address) { $0.signed = nil }
        try await bob.messenger.upkeep.run()
        #expect(relay.device(bob.address)?.signed == signed)
    }

    @Test func interruptedUpkeepIsMadeUpForTheNextTime() async throws {
        let bob = try Party("bob", relay: relay)
        try await bob.messenger.access.register()
        _ = try await bob.store.write { try $0.preKeys.make(50) }
        try bob.restart()
        try await bob.messenger.upkeep.run()
        let device = try #require(relay.device(bob.address))
        #expect(device.oneTime.map(\.id) == Array(51..<(51 + UInt32(Party.stock.full))))
        let held = try await bob.store.read { store in
            try device.oneTime.allSatisfy { try store.preKeys.preKey($0.id) != nil }
        }
        #expect(held)
    }

    @Test(.timeLimit(.minutes(15))) func relayThatRunsLowIsRestocked() async throws {
        let bob = try await Party.registered("bob", relay: relay)
        let relay = relay
        try await running([bob.messenger]) {
            try await until(bob.messenger.outboxChanged) { bob.messenger.isConnected }
            relay.update(bob.address) { $0.oneTime.removeAll() }
            relay.push(
                .prekeysLow(
                    PreKeyCounts(
                        oneTime: 0, oneTimeKyber: 10, signedPreKeyId: 1, lastResortKyberPreKeyId: 1)),
                to: bob.address)
            while relay.device(bob.address)?.oneTime.count != Party.stock.full { await Task.yield() }
        }
    }

    @Test func messageIDsAreForgottenInTheEnd() async throws {
        let alice = try await Party.registered("alice", relay: relay)
        let bob = try await Party.registered("bob", relay: relay)
        let id = try await alice.say("hello", to: bob)
        alice.wallClock.advance(days: 40)
        try await alice.messenger.lookAfterKeys()
        #expect(try await alice.store.read { try $0.seenMessages.wasSent(id) })
        alice.wallClock.advance(by: 1)
        try await alice.messenger.lookAfterKeys()
        #expect(try await !alice.store.read { try $0.seenMessages.wasSent(id) })
    }
}
