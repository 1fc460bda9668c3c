import Cryptography
import HTTPEdge
import HTTP
import Foundation
import RelayAPI
import SignalProtocol
import Testing
import TestSupport

@testable import RelayServer

struct PreKeyTests {
    @Test func aBundleTakesOneKeyOfEachKindUntilTheLastResort() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let alice = try await TestDevice("alice").registered(at: relay)
            let keys = bob.preKeys(oneTime: 1...2, kyber: 1...1)
            let uploaded = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: keys)
            #expect(
                try uploaded.json(PreKeyCounts.self)
                    == PreKeyCounts(
                        oneTime: 2, oneTimeKyber: 1, signedPreKeyId: 1, lastResortKyberPreKeyId: 1))

            let bundles = try await (0..<3).asyncMap { _ in try await relay.bundle(of: bob, by: alice) }
            #expect(
                bundles.map(\.identityKey.bytes) == Array(repeating: bob.identity.publicKey.wire, count: 3))
            let devices = bundles.compactMap(\.devices.first)
            #expect(devices.map(\.oneTimePreKey) == [keys.oneTimePreKeys[0], keys.oneTimePreKeys[1], nil])
            let lastResort = keys.lastResortKyberPreKey
            #expect(devices.map(\.kyberPreKey) == [keys.oneTimeKyberPreKeys[0], lastResort, lastResort])
            #expect(devices.map(\.signedPreKey) == Array(repeating: keys.signedPreKey, count: 3))
            #expect(devices.map(\.registrationId) == [7, 7, 7])
        }
    }

    @Test func aBundlePerDeviceThatHasKeys() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            let bob = try await TestDevice("bob").registered(at: relay)
            #expect(try await relay.request(.get, "/v1/prekeys/bob", token: alice.token).code == .noPreKeys)
            let third = try await TestDevice("bob", device: 3, identity: bob.identity).registered(at: relay)
            _ = try await TestDevice("bob", device: 2, identity: bob.identity).registered(at: relay)
            for device in [third, bob] {
                _ = try await relay.request(
                    .post, "/v1/prekeys", token: device.token,
                    json: device.preKeys(oneTime: 1...1, kyber: 1...1))
            }
            #expect(try await relay.bundle(of: bob, by: alice).devices.map(\.device.rawValue) == [1, 3])
            #expect(
                try await relay.request(.get, "/v1/prekeys/carol", token: alice.token).code
                    == .unknownIdentity)
            #expect(
                try await relay.request(.get, "/v1/prekeys/Carol", token: alice.token).code == .invalidRequest
            )
            #expect(try await relay.request(.get, "/v1/prekeys/bob").code == .unauthorized)
        }
    }

    @Test func manyAtOnceNeverGetTheSameKey() async throws {
        try await TestRelay.run(in: ScratchDirectory(), configure: { $0.rates = .unlimited }) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let alice = try await TestDevice("alice").registered(at: relay)
            _ = try await relay.request(
                .post, "/v1/prekeys", token: bob.token, json: bob.preKeys(oneTime: 1...40, kyber: 1...40))
            let taken = try await withThrowingTaskGroup(of: DeviceBundle?.self) { group in
                for _ in 1...40 { group.addTask { try await relay.bundle(of: bob, by: alice).devices.first } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(taken.compactMap { $0?.oneTimePreKey?.id }).count == 40)
            #expect(Set(taken.compactMap { $0?.kyberPreKey.id }).count == 40)
        }
    }

    @Test func keysThatNobodyCouldUseAreRefused() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let stranger = try TestDevice("bob")
            let good = bob.preKeys(oneTime: 1...1, kyber: 1...1)
            var foreign = good
            foreign.signedPreKey = stranger.signed(id: 1, KeyPair().publicKey.wire)
            var foreignKyber = good
            foreignKyber.oneTimeKyberPreKeys = [stranger.signed(id: 1, KEMKeyPair.random().publicKey.wire)]
            var foreignLastResort = good
            foreignLastResort.lastResortKyberPreKey = stranger.signed(
                id: 1, KEMKeyPair.random().publicKey.wire)
            for upload in [foreign, foreignKyber, foreignLastResort] {
                let answer = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: upload)
                #expect(answer.status == 400)
                #expect(answer.code == .invalidSignature)
            }
            var short = good
            short.oneTimePreKeys = [OneTimePreKey(id: 1, publicKey: Base64(Array(repeating: 5, count: 32)))]
            var shortKyber = good
            shortKyber.oneTimeKyberPreKeys = [bob.signed(id: 1, Array(repeating: 8, count: 1568))]
            var tooMany = good
            tooMany.oneTimePreKeys = (1...UInt32(PreKeyUpload.maxOneTimeCount + 1)).map {
                OneTimePreKey(id: $0, publicKey: good.oneTimePreKeys[0].publicKey)
            }
            var tooManyKyber = good
            tooManyKyber.oneTimeKyberPreKeys = (1...UInt32(PreKeyUpload.maxOneTimeKyberCount + 1)).map {
                SignedPreKey(
                    id: $0, publicKey: good.oneTimeKyberPreKeys[0].publicKey,
                    signature: good.oneTimeKyberPreKeys[0].signature)
            }
            for upload in [short, shortKyber, tooMany, tooManyKyber] {
                let answer = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: upload)
                #expect(answer.status == 400)
                #expect(answer.code == .invalidRequest)
            }
            let counts = try await relay.request(.get, "/v1/prekeys/bob/status", token: bob.token)
            #expect(
                try counts.json(PreKeyCounts.self)
                    == PreKeyCounts(
                        oneTime: 0, oneTimeKyber: 0, signedPreKeyId: nil, lastResortKyberPreKeyId: nil))
        }
    }

    @Test func theLargestUploadFitsIntoABody() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            var upload = bob.preKeys(
                oneTime: 4_294_967_000...4_294_967_199, kyber: 1...1, signedID: 4_294_967_295)
            let kyber = upload.oneTimeKyberPreKeys[0]
            upload.oneTimeKyberPreKeys = (4_294_967_000...4_294_967_099).map {
                SignedPreKey(id: $0, publicKey: kyber.publicKey, signature: kyber.signature)
            }
            #expect(upload.oneTimePreKeys.count == PreKeyUpload.maxOneTimeCount)
            #expect(upload.oneTimeKyberPreKeys.count == PreKeyUpload.maxOneTimeKyberCount)
            let answer = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: upload)
            #expect(try answer.json(PreKeyCounts.self).oneTimeKyber == 100)
        }
    }

    @Test func somebodyMayBeCalledCheck() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let check = try await TestDevice("check").registered(at: relay)
            let alice = try await TestDevice("alice").registered(at: relay)
            _ = try await relay.request(
                .post, "/v1/prekeys", token: check.token, json: check.preKeys(oneTime: 1...3, kyber: 1...3))
            #expect(try await relay.bundle(of: check, by: alice).id == check.address.identity)
            let counts = try await relay.request(.get, "/v1/prekeys/check/status", token: check.token)
            #expect(try counts.json(PreKeyCounts.self).oneTime == 2)
        }
    }

    @Test func idsAreNeverUsedAgain() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let alice = try await TestDevice("alice").registered(at: relay)
            let keys = bob.preKeys(oneTime: 1...3, kyber: 1...3)
            for _ in 1...2 {
                // The same upload again, as after a lost answer, is harmless.
                let answer = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: keys)
                #expect(try answer.json(PreKeyCounts.self).oneTime == 3)
            }
            _ = try await relay.bundle(of: bob, by: alice)
            for reused: ClosedRange<UInt32> in [1...1, 3...4] {
                var upload = bob.preKeys(oneTime: reused, kyber: 9...9)
                upload.signedPreKey = nil
                let answer = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: upload)
                #expect(answer.status == 409)
                #expect(answer.code == .preKeyIDReused)
            }
            let counts = try await relay.request(.get, "/v1/prekeys/bob/status", token: bob.token)
            #expect(try counts.json(PreKeyCounts.self).oneTime == 2)
            #expect(try counts.json(PreKeyCounts.self).oneTimeKyber == 2)
        }
    }

    @Test func signedKeysAreReplacedByNewerOnes() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            _ = try await relay.request(
                .post, "/v1/prekeys", token: bob.token,
                json: bob.preKeys(oneTime: 1...1, kyber: 1...1, signedID: 4))
            var rotation = PreKeyUpload()
            rotation.signedPreKey = bob.signed(id: 5, KeyPair().publicKey.wire)
            let answer = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: rotation)
            #expect(
                try answer.json(PreKeyCounts.self)
                    == PreKeyCounts(
                        oneTime: 1, oneTimeKyber: 1, signedPreKeyId: 5, lastResortKyberPreKeyId: 4))
            rotation.signedPreKey = bob.signed(id: 4, KeyPair().publicKey.wire)
            let back = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: rotation)
            #expect(back.code == .preKeyIDReused)
        }
    }

    @Test func onlyTheOwnerAsksForCounts() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let alice = try await TestDevice("alice").registered(at: relay)
            _ = try await TestDevice("bob").registered(at: relay)
            let answer = try await relay.request(.get, "/v1/prekeys/bob/status", token: alice.token)
            #expect(answer.status == 403)
            #expect(answer.code == .senderMismatch)
        }
    }

    @Test func theCheckFindsDrift() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let keys = bob.preKeys(oneTime: 1...1, kyber: 1...1)
            func matches(_ keys: PreKeyUpload) async throws -> Bool {
                let input = PreKeyCheckRequest.digestInput(
                    identityKey: bob.identity.publicKey.wire, signed: try #require(keys.signedPreKey),
                    lastResort: try #require(keys.lastResortKyberPreKey))
                let request = PreKeyCheckRequest(digest: Base64(SHA256.hash(input)))
                return try await relay.request(.post, "/v1/prekeys/check", token: bob.token, json: request)
                    .json(PreKeyCheckResponse.self).matches
            }
            #expect(try await !matches(keys))
            _ = try await relay.request(.post, "/v1/prekeys", token: bob.token, json: keys)
            #expect(try await matches(keys))
            var drifted = keys
            drifted.signedPreKey = bob.signed(id: 1, KeyPair().publicKey.wire)
            #expect(try await !matches(drifted))
        }
    }

    @Test func bundlesAreLimitedByAskerAndByTarget() async throws {
        func configure(_ configuration: inout RelayConfiguration) {
            configuration.rates.bundles = Rate(perSecond: 0.01, burst: 2)
            configuration.rates.bundlesOfTarget = Rate(perSecond: 0.01, burst: 3)
        }
        try await TestRelay.run(in: ScratchDirectory(), configure: configure) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let askers = try await ["alice", "carol"].asyncMap {
                try await TestDevice($0).registered(at: relay)
            }
            _ = try await relay.request(
                .post, "/v1/prekeys", token: bob.token, json: bob.preKeys(oneTime: 1...9, kyber: 1...9))
            func status(_ asker: TestDevice) async throws -> Int {
                try await relay.request(.get, "/v1/prekeys/bob", token: asker.token).status
            }
            #expect(try await [status(askers[0]), status(askers[0]), status(askers[0])] == [200, 200, 429])
            #expect(try await [status(askers[1]), status(askers[1])] == [200, 429])
            #expect(try await relay.store.preKeyCounts(of: bob.address).oneTime == 6)
        }
    }

    @Test func theOwnerIsToldWhenFewAreLeft() async throws {
        try await TestRelay.run(in: ScratchDirectory()) { relay in
            let bob = try await TestDevice("bob").registered(at: relay)
            let alice = try await TestDevice("alice").registered(at: relay)
            let enough = UInt32(PreKeyCounts.lowCount)
            _ = try await relay.request(
                .post, "/v1/prekeys", token: bob.token,
                json: bob.preKeys(oneTime: 1...(enough + 1), kyber: 1...(enough + 1)))
            try await TestSocket.open(relay, as: bob) { socket in
                try await socket.expect(.queueEmpty)
                _ = try await relay.bundle(of: bob, by: alice)
                _ = try await relay.bundle(of: bob, by: alice)
                try await socket.expect(
                    .prekeysLow(
                        PreKeyCounts(
                            oneTime: PreKeyCounts.lowCount - 1, oneTimeKyber: PreKeyCounts.lowCount - 1,
                            signedPreKeyId: 1, lastResortKyberPreKeyId: 1)))
            }
        }
    }
}
