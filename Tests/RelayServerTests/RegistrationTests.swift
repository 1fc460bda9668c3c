import HTTPEdge
import HTTP
import Foundation
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import RelayServer

struct RegistrationTests {
    @Test func registrationGivesATokenThatOpensTheApi() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            #expect(try await relay.request(.get, "/v1/devices", token: alice.token).status == 200)
            #expect(try await relay.request(.get, "/v1/devices").code == .unauthorized)
            #expect(
                try await relay.request(.get, "/v1/devices", token: alice.token + "x").code == .unauthorized)
        }
    }

    @Test func aNonceIsGoodOnce() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let request = try TestDevice("alice").registrationRequest(nonce: try await relay.nonce())
            #expect(try await relay.request(.post, "/v1/register", json: request).status == 201)
            let replay = try await relay.request(.post, "/v1/register", json: request)
            #expect(replay.status == 401)
            #expect(replay.code == .invalidNonce)
        }
    }

    @Test func anInventedNonceIsRefused() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let nonce = Base64(Array(repeating: 7, count: 32))
            let request = try TestDevice("alice").registrationRequest(nonce: nonce)
            let answer = try await relay.request(.post, "/v1/register", json: request)
            #expect(answer.code == .invalidNonce)
            #expect(try await relay.store.totals().users == 0)
        }
    }

    @Test func whoDoesNotHoldTheKeyCannotRegisterIt() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try TestDevice("alice")
            let mallory = try TestDevice("alice")
            let nonce = try await relay.nonce()
            let forged = try mallory.registrationRequest(nonce: nonce)
            let answer = try await relay.request(
                .post, "/v1/register",
                json: RegistrationRequest(
                    id: forged.id, device: forged.device, registrationId: forged.registrationId,
                    identityKey: Base64(alice.identity.publicKey.wire), nonce: nonce,
                    signature: forged.signature))
            #expect(answer.status == 401)
            #expect(answer.code == .invalidSignature)
            #expect(try await relay.store.totals().users == 0)
        }
    }

    @Test(arguments: ["id", "device", "registrationId"])
    func theSignatureCoversEveryField(_ field: String) async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let request = try TestDevice("alice").registrationRequest(nonce: try await relay.nonce())
            let changed = RegistrationRequest(
                id: field == "id" ? try IdentityID("alicia") : request.id,
                device: field == "device" ? try DeviceID(2) : request.device,
                registrationId: request.registrationId + (field == "registrationId" ? 1 : 0),
                identityKey: request.identityKey, nonce: request.nonce, signature: request.signature)
            #expect(try await relay.request(.post, "/v1/register", json: changed).code == .invalidSignature)
        }
    }

    @Test func anIdBelongsToItsFirstIdentityKey() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let other = try TestDevice("alice", device: 2)
            let answer = try await relay.request(
                .post, "/v1/register", json: other.registrationRequest(nonce: try await relay.nonce()))
            #expect(answer.status == 409)
            #expect(answer.code == .identityTaken)
            #expect(try await relay.request(.get, "/v1/devices", token: alice.token).status == 200)
            #expect(try await relay.store.totals().devices == 1)
        }
    }

    /// Many want a free name at the same moment: one key gets it.
    @Test func nameThatManyWantAtOnceGoesToOneKey() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...20 {
                    group.addTask {
                        let device = try TestDevice("alice", device: number)
                        return try await relay.request(
                            .post, "/v1/register",
                            json: device.registrationRequest(nonce: try await relay.nonce())
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 19))
            #expect(try await relay.store.totals().devices == 1)
        }
    }

    @Test func registeringAgainReplacesTheTokenAndEndsTheSocket() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let old = try await TestDevice("alice").registered(at: relay)
            try await TestSocket.open(relay, as: old) { socket in
                try await socket.expect(.queueEmpty)
                let new = try await old.registered(at: relay)
                #expect(await socket.closeCode() == Int(CloseCode.unauthorized))
                #expect(try await relay.request(.get, "/v1/devices", token: old.token).code == .unauthorized)
                #expect(try await relay.request(.get, "/v1/devices", token: new.token).status == 200)
            }
        }
    }

    @Test func tokensAreNotKept() async throws {
        let folder = try ScratchDirectory()
        let token = try await TestRelay.run(in: folder) { relay in
            try await TestDevice("alice").registered(at: relay).token
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) {
            let data = try Data(contentsOf: folder.url.appendingPathComponent(name))
            #expect(data.range(of: Data(token.utf8)) == nil, "in \(name)")
        }
    }

    @Test func aClosedRelayAsksForItsSecret() async throws {
        try await TestRelay.run(in: ScratchDirectory(), configure: { $0.registrationSecret = "sesame" }) {
            relay in
            for secret in [nil, "", "sesam", "sesame2"] {
                let request = try TestDevice("alice").registrationRequest(
                    nonce: try await relay.nonce(), secret: secret)
                let answer = try await relay.request(.post, "/v1/register", json: request)
                #expect(answer.status == 403)
                #expect(answer.code == .registrationClosed)
            }
            let request = try TestDevice("alice").registrationRequest(
                nonce: try await relay.nonce(), secret: "sesame")
            #expect(try await relay.request(.post, "/v1/register", json: request).status == 201)
        }
    }

    static let brokenBodies: [(body: String, code: Problem.Code, says: String?)] = [
        ("", .invalidJSON, nil),
        ("{", .invalidJSON, nil),
        ("[]", .invalidRequest, nil),
        ("{}", .invalidRequest, "id: is missing"),
        (#"{"id":"Alice"}"#, .invalidRequest, "identity id"),
        (#"{"id":"alice","device":0}"#, .invalidRequest, "device id: must be 1 to 127"),
        (#"{"id":"alice","device":"1"}"#, .invalidRequest, "device: is of the wrong type"),
        (
            #"{"id":"alice","device":1,"registrationId":7,"identityKey":"?","nonce":"","signature":""}"#,
            .invalidRequest, "identityKey: must be standard base64"
        ),
        (
            #"{"id":"alice","device":1,"registrationId":16384,"identityKey":"","nonce":"","signature":""}"#,
            .invalidRequest, "registrationId: must be 0 to 16383"
        ),
        (
            #"{"id":"alice","device":1,"registrationId":7,"identityKey":"BQ==","nonce":"","signature":""}"#,
            .invalidRequest, "identityKey: is not"
        ),
    ]

    @Test(arguments: brokenBodies)
    func brokenBodiesAreNamed(_ example: (body: String, code: Problem.Code, says: String?)) async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let answer = try await relay.request(.post, "/v1/register", body: Array(example.body.utf8))
            #expect(answer.status == 400)
            #expect(answer.code == example.code)
            if let says = example.says {
                #expect(try answer.json(Problem.self).description.contains(says))
            }
            #expect(try await relay.store.totals().users == 0)
        }
    }

    @Test func registrationsOfOneAddressAreLimited() async throws {
        try await TestRelay.run(
            in: ScratchDirectory(), configure: { $0.rates.registrations = Rate(perSecond: 0.01, burst: 3) }
        ) { relay in
            for _ in 1...3 { _ = try await relay.nonce() }
            let answer = try await relay.request(.get, "/v1/register")
            #expect(answer.status == 429)
            #expect(answer.code == .rateLimited)
            #expect(try #require(answer.retryAfter.flatMap { Int($0) }) > 0)
        }
    }

    @Test func nonceExpiresAfterAMinute() {
        let clock = ManualClock()
        let moment = ContinuousClock.now
        let nonces = Nonces(now: { moment.advanced(by: clock.now.offset) })
        let (early, late) = (nonces.issue(), nonces.issue())
        clock.advance(by: Nonces.lifetime)
        #expect(nonces.use(early))
        clock.advance(by: .nanoseconds(1))
        #expect(!nonces.use(late))
    }

    @Test func theOldestNonceGivesWay() {
        let nonces = Nonces()
        let issued = (0...Nonces.maxCount).map { _ in nonces.issue() }
        #expect(!nonces.use(issued[0]))
        #expect(nonces.use(issued[1]))
        #expect(nonces.use(issued[Nonces.maxCount]))
    }
}
