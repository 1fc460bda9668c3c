import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol
import TestSupport
import Testing

@testable import KeyStore
@testable import Messenger

struct UnreadableSendersTests {
    private let alice = try? DeviceAddress(IdentityID("alice"), DeviceID(1))
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let unreadable = Reception.unreadable(cause: "not decrypted", needsRepair: true)

    private func rows(after count: Int) throws -> UnreadableRows {
        var rows = UnreadableRows()
        for _ in 0..<count { rows.note(unreadable, from: try #require(alice), at: start) }
        return rows
    }

    @Test func rowOfUnreadableMessagesSetsADeviceAside() throws {
        let alice = try #require(alice)
        #expect(try rows(after: UnreadableRows.limit - 1).effort(for: alice, at: start) == .full)
        #expect(try rows(after: UnreadableRows.limit).effort(for: alice, at: start) == .brief)
        let other = try DeviceAddress(IdentityID("alice"), DeviceID(2))
        #expect(try rows(after: UnreadableRows.limit).effort(for: other, at: start) == .full)
    }

    @Test func messageThatIsReadEndsIt() throws {
        let alice = try #require(alice)
        var rows = try rows(after: 100)
        rows.note(.consumed(.ping), from: alice, at: start)
        #expect(rows.effort(for: alice, at: start) == .full)
    }

    @Test func timeEndsItWhateverElseComes() throws {
        let alice = try #require(alice)
        var rows = try rows(after: UnreadableRows.limit)
        for second in 1..<Int(UnreadableRows.period) {
            let now = start.addingTimeInterval(Double(second))
            #expect(rows.effort(for: alice, at: now) == .brief)
            rows.note(unreadable, from: alice, at: now)
        }
        let end = start.addingTimeInterval(UnreadableRows.period)
        #expect(rows.effort(for: alice, at: end) == .full)
        // It takes a whole row to set the device aside again.
        for _ in 1..<UnreadableRows.limit { rows.note(unreadable, from: alice, at: end) }
        #expect(rows.effort(for: alice, at: end) == .full)
        rows.note(unreadable, from: alice, at: end)
        #expect(rows.effort(for: alice, at: end) == .brief)
        // So does a clock that was set back.
        #expect(rows.effort(for: alice, at: start) == .full)
    }

    @Test func whatSaysNothingAboutASessionIsNotCounted() throws {
        let alice = try #require(alice)
        var rows = UnreadableRows()
        for _ in 0..<100 {
            rows.note(.duplicate, from: alice, at: start)
            rows.note(.unreadable(cause: "malformed", needsRepair: false), from: alice, at: start)
        }
        #expect(rows.effort(for: alice, at: start) == .full)
    }

    @Test func memoryIsBounded() throws {
        var rows = UnreadableRows()
        for number in 0..<UnreadableRows.maxCount + 10 {
            let sender = try DeviceAddress(IdentityID("stranger-\(number)"), DeviceID(1))
            for _ in 0..<UnreadableRows.limit {
                rows.note(unreadable, from: sender, at: start.addingTimeInterval(Double(number) / 100))
            }
        }
        let now = start.addingTimeInterval(20)
        func effort(_ number: Int) throws -> Bool {
            try rows.effort(for: DeviceAddress(IdentityID("stranger-\(number)"), DeviceID(1)), at: now)
                == .brief
        }
        #expect(try !effort(0) && !effort(9) && effort(10) && effort(UnreadableRows.maxCount + 9))
    }

    /// Whoever runs the relay sends garbage in Alice's name. Nothing of hers is lost or waits for that.
    @Test func garbageInSomebodysNameSilencesNobody() async throws {
        let relay = MemoryRelay()
        let wallClock = WallClock()
        let alice = try await Party.registered("alice", relay: relay, wallClock: wallClock)
        let bob = try await Party.registered("bob", relay: relay, wallClock: wallClock)
        try await alice.say("hello", to: bob)
        #expect(try await bob.hears() == ["hello"])
        try await bob.say("hello yourself", to: alice)
        _ = try await alice.hears()

        func forge(_ count: Int) async throws {
            for _ in 0..<count {
                let envelope = try Envelope(
                    from: alice.address, to: bob.address, sessionID: "x", messageID: UUID(), type: .whisper,
                    body: [0x44, 1, 2, 3], timestamp: 1, class: .durable)
                relay.update(bob.address) { $0.queue.append(envelope) }
            }
        }
        try await forge(60)
        try await alice.say("still here", to: bob)
        #expect(try await bob.hears() == ["hello", "still here"])

        // Set aside, a device is not followed far ahead; when the time is over, it is.
        for isOver in [false, true] {
            for _ in 0..<150 { try await alice.say("lost", to: bob) }
            relay.update(bob.address) { $0.queue.removeAll() }
            try await forge(UnreadableRows.limit)
            _ = try await bob.messenger.receiveUntilEmpty()
            if isOver { wallClock.advance(by: UnreadableRows.period) }
            try await alice.say("far ahead", to: bob)
            let heard = try await bob.hears().filter { $0 == "far ahead" }
            #expect(heard.count == (isOver ? 1 : 0))
        }
    }
}
