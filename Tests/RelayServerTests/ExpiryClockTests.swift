import Foundation
import HTTP
import RelayAPI
import TestSupport
import Testing

@testable import RelayServer

struct ExpiryClockTests {
    private static let day: Int64 = 24 * 3600 * 1000
    private static let hour = Duration.seconds(3600)
    private let start = ContinuousClock.now

    private func clock(lastSeen: Int64? = nil, wall: Int64 = 0) -> ExpiryClock {
        ExpiryClock(lastSeen: lastSeen, wall: wall, patience: Self.hour, at: start)
    }

    @Test func timeIsThatOfTheWallClockWhileItAgrees() {
        var clock = clock()
        #expect(clock.time(0, at: start) == 0)
        #expect(clock.time(5_000, at: start.advanced(by: .seconds(5))) == 5_000)
        // Set by some minutes, in both directions.
        #expect(clock.time(600_000, at: start.advanced(by: .seconds(6))) == 600_000)
        #expect(clock.time(7_000, at: start.advanced(by: .seconds(7))) == 7_000)
    }

    @Test func aClockThatIsAheadForAMinuteChangesNothing() {
        var clock = clock()
        for second in 0..<60 {
            let wall = 31 * Self.day + Int64(second) * 1000
            #expect(clock.time(wall, at: start.advanced(by: .seconds(second))) == Int64(second) * 1000)
        }
        #expect(clock.time(60_000, at: start.advanced(by: .seconds(60))) == 60_000)
        // The next jump has to last for itself.
        let later = start.advanced(by: Self.hour + .seconds(120))
        #expect(clock.time(31 * Self.day, at: later) == 3_720_000)
    }

    @Test func aClockThatStaysAheadIsBelievedAfterAnHour() {
        var clock = clock()
        let month = 31 * Self.day
        #expect(clock.time(month, at: start) == 0)
        #expect(clock.time(month + 3_599_000, at: start.advanced(by: .seconds(3599))) == 3_599_000)
        #expect(clock.time(month + 3_600_000, at: start.advanced(by: Self.hour)) == month + 3_600_000)
    }

    @Test func aClockThatIsAheadAtTheStartChangesAtMostADay() {
        var clock = clock(lastSeen: 1_000, wall: 31 * Self.day)
        #expect(clock.time(31 * Self.day, at: start) == 1_000 + Self.day)
        let later = start.advanced(by: Self.hour)
        #expect(clock.time(31 * Self.day + 3_600_000, at: later) == 31 * Self.day + 3_600_000)
        // A relay that was off for a night goes on at once; one whose clock was put back, too.
        var other = self.clock(lastSeen: 1_000, wall: Self.day / 2)
        #expect(other.time(Self.day / 2, at: start) == Self.day / 2)
        var past = self.clock(lastSeen: 5 * Self.day, wall: 7)
        #expect(past.time(7, at: start) == 7)
    }

    /// A real relay whose clock is 31 days ahead for a while, across a restart as well.
    @Test func durableMessagesSurviveAClockThatIsAhead() async throws {
        let folder = try ScratchDirectory()
        let clock = WallClock()
        func configure(_ configuration: inout RelayConfiguration) {
            configuration.expiryInterval = .milliseconds(1)
        }
        @Sendable func swept(_ relay: TestRelay) async throws {
            let count = relay.store.figures.commitBatches
            try await waitUntil { relay.store.figures.commitBatches > count + 8 }
        }
        let bob = try await TestRelay.run(in: folder, configure: configure, now: { clock.now.milliseconds }) {
            relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            let envelope = try alice.envelope(to: bob, "still there")
            #expect(
                try await relay.request(.post, "/v1/messages", token: alice.token, json: envelope).status
                    == 200)
            try await waitUntil { relay.store.lastSeen != nil }
            clock.advance(days: 31)
            try await swept(relay)
            // What is sent while the clock is ahead is kept as well.
            let ahead = try alice.envelope(to: bob, "sent ahead")
            #expect(
                try await relay.request(.post, "/v1/messages", token: alice.token, json: ahead).status == 200)
            return bob
        }
        try await TestRelay.run(in: folder, configure: configure, now: { clock.now.milliseconds }) { relay in
            try await swept(relay)
            clock.advance(days: -31)
            try await swept(relay)
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.expect(text: "still there")
                try await socket.expect(text: "sent ahead")
            }
        }
    }
}
