import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// What holds of every parser, whatever it is fed.
struct ParserTests {
    /// One sound input for every parser.
    private static func samples() throws -> [(parser: Parser, bytes: [UInt8])] {
        var pair = try Pair(acquainted: 500)
        _ = try pair.bob.makeBundle()
        let whisper = try pair.alice.encrypt("an ordinary message", to: pair.bob.address).whisper
        _ = try pair.alice.encrypt("lost", to: pair.bob.address)
        _ = try pair.sendToBob("after the lost one")
        let first = try Pair(seed: 501).firstMessage()
        let cipher = GroupCipher(sender: pair.alice.address)
        let id = try #require(DistributionID(bytes: pair.alice.random.bytes(16)))
        let distribution = try cipher.distributionMessage(for: id, in: &pair.alice.store)
        let group = try cipher.encrypt([1, 2, 3], distributionID: id, in: &pair.alice.store)
        let report = try DecryptionErrorMessage(
            about: .whisper(whisper), timestamp: 1_700_000_000_000, deviceID: 3)
        let kyber = try #require(pair.bob.store.kyberPreKey(id: Party.PreKeyID.kyber))
        let fingerprint = try Fingerprint(
            version: 2, iterationCount: 2,
            local: .init(identifier: [1], identityKey: pair.alice.store.identityKeyPair.publicKey),
            remote: .init(identifier: [2], identityKey: pair.bob.store.identityKeyPair.publicKey))
        let session = try #require(pair.bob.store.session(for: pair.alice.address))
        let senderKey = try #require(
            pair.alice.store.senderKey(for: pair.alice.address, distributionID: id))
        let kyberPart = try #require(first.kyber)
        return [
            (try .named("SignalMessage"), whisper.wire),
            (try .named("PreKeySignalMessage"), first.wire),
            (try .named("SenderKeyMessage"), group.wire),
            (try .named("SenderKeyDistributionMessage"), distribution.wire),
            (try .named("PlaintextContent"), PlaintextContent(report).wire),
            (try .named("DecryptionErrorMessage"), report.wire),
            (try .named("PublicKey"), whisper.ratchetKey.wire),
            (try .named("KEMPublicKey"), try kyber.publicKey().wire),
            (try .named("KEMCiphertext"), kyberPart.ciphertext),
            (try .named("IdentityKeyPair"), pair.alice.store.identityKeyPair.serialized),
            (
                try .named("PreKeyRecord"),
                try #require(pair.bob.store.preKey(id: Party.PreKeyID.oneTime)).serialized
            ),
            (
                try .named("SignedPreKeyRecord"),
                try #require(pair.bob.store.signedPreKey(id: Party.PreKeyID.signed)).serialized
            ),
            (try .named("KyberPreKeyRecord"), kyber.serialized),
            (try .named("KyberPreKeyRecord, compact"), kyber.compactForm),
            (try .named("SessionRecord"), session.serialized),
            (try .named("SessionRecord, compact"), session.compactForm),
            (try .named("SenderKeyRecord"), senderKey.serialized),
            (try .named("ScannableFingerprint"), fingerprint.scannable.serialized),
        ]
    }

    @Test func everyParserHasASampleThatItAcceptsAndRewritesAsItWas() throws {
        let samples = try Self.samples()
        #expect(Set(samples.map(\.parser.name)) == Set(Parser.all.map(\.name)))
        for (parser, bytes) in samples {
            #expect(try parser.rewrite(bytes).first == bytes, "\(parser.name)")
        }
    }

    @Test func everyTruncationIsAnErrorOrAValue() throws {
        for (parser, bytes) in try Self.samples() {
            for count in bytes.indices {
                parser.expectSoundOutcome(Array(bytes.prefix(count)), "\(parser.name), \(count) bytes")
            }
        }
    }

    @Test func flippedBitsAreAnErrorOrAValue() throws {
        var random = SeededRandom(seed: 502)
        for (parser, bytes) in try Self.samples() {
            for round in 0..<300 {
                var altered = bytes
                for _ in 0...Int.random(in: 0...3, using: &random) {
                    altered[Int.random(in: altered.indices, using: &random)] ^= 1 << (round % 8)
                }
                parser.expectSoundOutcome(altered, "\(parser.name), seed 502, round \(round)")
            }
        }
    }

    @Test func recordsWithFlippedBitsServeOrFailCleanly() throws {
        var random = SeededRandom(seed: 503)
        var pair = try Pair(acquainted: 504)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        let bytes = try #require(pair.bob.store.session(for: pair.alice.address)).serialized
        for round in 0..<300 {
            var altered = bytes
            altered[Int.random(in: altered.indices, using: &random)] ^=
                1 << UInt8.random(in: 0..<8, using: &random)
            guard let record = try? SessionRecord(serialized: altered) else { continue }
            var bob = pair.bob
            bob.store.storeSession(record, for: pair.alice.address)
            do {
                #expect(try bob.decrypt(message, from: pair.alice.address) == "hello")
            } catch {
                #expect(error is SignalError, "seed 503, round \(round)")
            }
            do {
                _ = try bob.encrypt("hello", to: pair.alice.address)
            } catch {
                #expect(error is SignalError, "seed 503, round \(round)")
            }
        }
    }
}

extension Pair {
    /// Alice's first message, in a copy of this pair.
    fileprivate func firstMessage() throws -> PreKeySignalMessage {
        var alice = alice
        return try alice.encrypt("the first message", to: bob.address).preKeyMessage
    }
}
