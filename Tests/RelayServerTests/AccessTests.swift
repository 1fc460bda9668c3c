import HTTP
import Foundation
import HTTPEdge
import RelayAPI
import Testing
import TestSupport

@testable import RelayServer

struct AccessTests {
    @Test func aBucketFillsWithTime() {
        let clock = ManualClock()
        let moment = ContinuousClock.now
        let buckets = TokenBuckets<String>(
            Rate(perSecond: 2, burst: 3), now: { moment.advanced(by: clock.now.offset) })
        #expect((0..<4).map { _ in buckets.take(for: "a") } == [nil, nil, nil, .seconds(0.5)])
        #expect(buckets.take(for: "b") == nil)
        clock.advance(by: .milliseconds(499))
        #expect(buckets.take(for: "a") != nil)
        clock.advance(by: .milliseconds(1))
        #expect(buckets.take(for: "a") == nil)
        #expect(buckets.take(for: "a") != nil)
        clock.advance(by: .seconds(1000))
        #expect((0..<4).map { _ in buckets.take(for: "a") == nil } == [true, true, true, false])
    }

    @Test func whatIsLargerThanABucketTakesAFullOneAndLeavesADebt() {
        let clock = ManualClock()
        let moment = ContinuousClock.now
        let buckets = TokenBuckets<String>(
            Rate(perSecond: 1, burst: 10), now: { moment.advanced(by: clock.now.offset) })
        #expect(buckets.take(25, for: "a") == nil)
        #expect(buckets.take(1, for: "a") == .seconds(16))
        clock.advance(by: .seconds(16))
        #expect(buckets.take(1, for: "a") == nil)
    }

    @Test func moreKeysThanCanBeMeasuredAreRefused() {
        let buckets = TokenBuckets<Int>(Rate(perSecond: 0.001, burst: 2))
        for key in 0..<TokenBuckets<Int>.maxCount { _ = buckets.take(for: key) }
        #expect(buckets.take(for: -1) == .seconds(60))
        #expect(buckets.take(for: 0) == nil)
    }

    static let loads: [(free: Int?, allocated: Int, load: Load)] = [
        (nil, 0, .normal), (400, 0, .normal), (399, 0, .high), (200, 0, .high), (199, 0, .severe),
        (100, 0, .severe), (99, 0, .critical), (0, 0, .critical), (nil, 749, .normal), (nil, 750, .high),
        (nil, 899, .high), (nil, 900, .severe), (nil, 999, .severe), (nil, 1000, .critical),
        (400, 900, .severe), (99, 750, .critical),
    ]

    @Test(arguments: loads)
    func loadFollowsDiskAndMemory(_ example: (free: Int?, allocated: Int, load: Load)) {
        var limits = LoadLimits()
        limits.minFreeDiskByteCount = 100
        limits.maxAllocatedByteCount = 1000
        #expect(Load(limits, freeDiskBytes: example.free, allocatedBytes: example.allocated) == example.load)
    }

    static let shedding: [(load: Load, refused: Set<String>)] = [
        (.normal, []), (.high, ["latest", "online"]), (.severe, ["latest", "online", "registration"]),
        (.critical, ["latest", "online", "registration", "durable"]),
    ]

    @Test(arguments: shedding)
    func telemetryGoesFirstThenRegistrationsThenMessages(_ example: (load: Load, refused: Set<String>)) {
        var limits = LoadLimits()
        limits.minFreeDiskByteCount = 100
        let free = [500, 300, 150, 50][example.load.rawValue]
        let gauge = LoadGauge(limits, measure: { (free, 0) })
        var refused = Set(DeliveryClass.allCases.filter { gauge.problem(taking: $0) != nil }.map(\.rawValue))
        if gauge.registrationProblem != nil { refused.insert("registration") }
        #expect(refused == example.refused)
    }

    @Test func aRelayShortOfDiskStillDeliversAndForgets() async throws {
        let folder = try ScratchDirectory()
        let (alice, bob) = try await TestRelay.run(in: folder) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            _ = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "before"))
            return (alice, bob)
        }
        try await TestRelay.run(in: folder, configure: { $0.load.minFreeDiskByteCount = .max / 8 }) { relay in
            let refused = try await relay.request(
                .post, "/v1/messages", token: alice.token, json: alice.envelope(to: bob, "after"))
            #expect(refused.status == 503)
            #expect(refused.code == .overloaded)
            #expect(refused.retryAfter != nil)
            let newcomer = try TestDevice("carol").registrationRequest(nonce: try await relay.nonce())
            #expect(try await relay.request(.post, "/v1/register", json: newcomer).code == .overloaded)
            #expect(try await relay.request(.get, "/ready").code == .overloaded)
            #expect(try await relay.diagnostics().shedTotal == 2)
            try await TestSocket.open(relay, as: bob) { socket in
                let envelope = try await socket.nextEnvelope()
                #expect(envelope.text == "before")
                try await socket.send(.ack([envelope.messageId]))
                try await waitUntil { try await relay.store.totals().queuedMessages == 0 }
            }
            #expect(try await relay.request(.delete, "/v1/devices/1", token: bob.token).status == 204)
        }
    }

    @Test func guessedTokensAreLimited() async throws {
        try await TestRelay.run(
            in: ScratchDirectory(), configure: { $0.rates.refusedTokens = Rate(perSecond: 0.01, burst: 2) }
        ) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            func status(_ token: String) async throws -> Int {
                try await relay.request(.get, "/v1/devices", token: token).status
            }
            #expect(try await [status("a"), status("b"), status("c")] == [401, 401, 429])
            #expect(try await status(alice.token) == 200)
        }
    }

    @Test func aRequestThatTricklesIsCutOff() async throws {
        func configure(_ configuration: inout RelayConfiguration) {
            configuration.idleTimeout = .seconds(1)
            configuration.requestTimeout = .seconds(1)
        }
        try await TestRelay.run(in: ScratchDirectory(), configure: configure) { relay in
            // Neither a head that never ends nor a body that comes byte by byte holds a connection.
            let head = try RawConnection(port: relay.port)
            try await head.send("GET /health HTTP/1.1\r\nHost: relay\r\n")
            #expect(await !head.answerUntilClosed().hasPrefix("HTTP/1.1 2"))
            let body = try RawConnection(port: relay.port)
            try await body.send(
                "POST /diagnostics/metrics HTTP/1.1\r\nHost: relay\r\nContent-Length: 100000\r\n\r\n")
            await body.trickle()
            #expect(await !body.answerUntilClosed().hasPrefix("HTTP/1.1 2"))
            #expect(try await relay.request(.get, "/health").status == 200)
        }
    }
}
