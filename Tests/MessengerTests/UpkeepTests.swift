import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import Testing

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
        _ = try await bob.store.write { try $0.makePreKeys(50) }
        try bob.restart()
        try await bob.messenger.upkeep.run()
        let device = try #require(relay.device(bob.address))
        #expect(device.oneTime.map(\.id) == Array(51..<(51 + UInt32(Party.stock.full))))
        let held = try await bob.store.read { store in
            try device.oneTime.allSatisfy { try store.preKey(id: $0.id) != nil }
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
        #expect(try await alice.store.read { try $0.wasSent(id) })
        alice.wallClock.advance(by: 1)
        try await alice.messenger.lookAfterKeys()
        #expect(try await !alice.store.read { try $0.wasSent(id) })
    }
}
