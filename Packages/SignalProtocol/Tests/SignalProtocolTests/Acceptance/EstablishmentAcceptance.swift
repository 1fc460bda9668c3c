import Cryptography
import FoundationEssentials
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// The rows of the protocol's acceptance checklist about beginning sessions.
@Suite("Acceptance: session establishment")
struct EstablishmentAcceptance {
    @Test("E1 a bundle with any bit of a signature flipped is refused")
    func flippedSignaturesAreRefused() throws {
        var pair = try Pair(strangers: 1)
        let bundle = try pair.bob.makeBundle()
        var random = SeededRandom(seed: 1)
        for byte in bundle.signedPreKey.signature.indices {
            let mask: UInt8 = 1 << UInt8.random(in: 0..<8, using: &random)
            var signatures = (bundle.signedPreKey.signature, bundle.kyberPreKey.signature)
            signatures.0[byte] ^= mask
            signatures.1[byte] ^= mask
            for altered in [
                try bundle.replacing(signedPreKeySignature: signatures.0),
                try bundle.replacing(kyberPreKeySignature: signatures.1),
            ] {
                #expect(throws: SignalError.signatureValidationFailed, "byte \(byte), mask \(mask)") {
                    try pair.alice.process(altered, of: pair.bob.address)
                }
            }
        }
        #expect(pair.alice.store.session(for: pair.bob.address) == nil)
        #expect(pair.alice.store.identity(for: pair.bob.address) == nil)
    }

    @Test("E2 a bundle of another identity than the trusted one is refused")
    func otherIdentityIsRefused() throws {
        var pair = try Pair(acquainted: 2)
        let before = pair.alice.store
        var impostor = try Party(pair.bob.address.name, seed: 22)
        let bundle = try impostor.makeBundle()
        #expect(throws: SignalError.untrustedIdentity(pair.bob.address)) {
            try pair.alice.process(bundle, of: pair.bob.address)
        }
        #expect(pair.alice.store == before)
    }

    @Test("E3 bundle keys that lead to a zero secret are refused", arguments: SmallOrderKey.all)
    func zeroAgreementsAreRefused(_ key: PublicKey) throws {
        var pair = try Pair(strangers: 3)
        let bundle = try pair.bob.makeBundle()
        let identity = pair.bob.store.identityKeyPair
        let signature = identity.privateKey.signature(for: key.wire)
        for altered in [
            try bundle.replacing(signedPreKey: key, signedPreKeySignature: signature),
            try bundle.replacing(oneTimePreKey: key),
        ] {
            #expect(throws: SignalError.invalidKeyAgreement) {
                try pair.alice.process(altered, of: pair.bob.address)
            }
        }
        #expect(pair.alice.store.session(for: pair.bob.address) == nil)
    }

    @Test("E4 a bundle without one-time prekey works")
    func oneTimePreKeyIsOptional() throws {
        var pair = try Pair(seed: 4, oneTimePreKeyID: nil)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        #expect(try message.preKeyMessage.preKeyID == nil)
        #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "hello")
        #expect(try pair.sendToAlice("hello yourself") == "hello yourself")
    }

    @Test("E5 prekey ids of zero and of the largest number work", arguments: [0, .max] as [UInt32])
    func extremePreKeyIDsWork(_ id: UInt32) throws {
        var pair = try Pair(strangers: 5)
        let bundle = try pair.bob.makeBundle(oneTimePreKeyID: id, signedPreKeyID: id, kyberPreKeyID: id)
        try pair.alice.process(bundle, of: pair.bob.address)
        // Stored and read again, where the id is a signed number.
        let record = try #require(pair.alice.store.session(for: pair.bob.address))
        pair.alice.store.storeSession(
            try SessionRecord(serialized: record.serialized), for: pair.bob.address)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        #expect(message.preKeyID == id && message.signedPreKeyID == id && message.kyber?.preKeyID == id)
        #expect(try pair.bob.decrypt(.preKey(message), from: pair.alice.address) == "hello")
        #expect(pair.bob.store.preKey(id: id) == nil)
    }

    @Test("E6 a base key that is not canonical is refused")
    func baseKeysMustBeCanonical() throws {
        var pair = try Pair(seed: 6)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        var topBit = message.baseKey.rawRepresentation
        topBit[31] |= 0x80
        var keys = [try PublicKey(rawRepresentation: topBit)] + SmallOrderKey.all
        for vector in try VectorDocument.own("curve25519.json").root.cases("vectors")
        where try vector.string("kind") == "is_canonical" && !vector.bool("canonical") {
            keys.append(try PublicKey(rawRepresentation: vector.bytes("u")))
        }
        #expect(keys.count > 12)
        for key in keys {
            pair.bob.expectRefusal(
                .invalidMessage(.preKey), of: try message.replacing(baseKey: key), from: pair.alice.address,
                "\(key.wire.hex)")
        }
        #expect(try pair.bob.decrypt(.preKey(message), from: pair.alice.address) == "hello")
    }

    @Test("E7 unknown prekey ids are named")
    func unknownPreKeyIDsAreNamed() throws {
        var pair = try Pair(seed: 7)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        let kyber = try #require(message.kyber)
        pair.bob.expectRefusal(
            .invalidSignedPreKeyID(999), of: try message.replacing(signedPreKeyID: 999),
            from: pair.alice.address)
        pair.bob.expectRefusal(
            .invalidKyberPreKeyID(998),
            of: try message.replacing(kyber: .init(preKeyID: 998, ciphertext: kyber.ciphertext)),
            from: pair.alice.address)
        pair.bob.expectRefusal(
            .invalidPreKeyID(997), of: try message.replacing(preKeyID: 997), from: pair.alice.address)
        #expect(try pair.bob.decrypt(.preKey(message), from: pair.alice.address) == "hello")
    }

    @Test("E8 a one-time prekey serves one sender only")
    func usedOneTimePreKeyIsRefused() throws {
        var pair = try Pair(strangers: 8)
        let bundle = try pair.bob.makeBundle(isLastResort: true)
        try pair.alice.process(bundle, of: pair.bob.address)
        var carol = try Party("carol", seed: 88)
        try carol.process(bundle, of: pair.bob.address)
        #expect(try pair.sendToBob("first") == "first")
        pair.bob.expectRefusal(
            .invalidPreKeyID(Party.PreKeyID.oneTime), of: try carol.encrypt("late", to: pair.bob.address),
            from: carol.address)
    }

    @Test("E9 a tampered Kyber ciphertext is refused and uses up nothing")
    func tamperedKyberCiphertextIsRefused() throws {
        var pair = try Pair(seed: 9)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        let kyber = try #require(message.kyber)
        for index in [1, 2, 700, 1568] {
            var ciphertext = kyber.ciphertext
            ciphertext[index] ^= 0x10
            pair.bob.expectRefusal(
                .invalidMessage(.preKey),
                of: try message.replacing(kyber: .init(preKeyID: kyber.preKeyID, ciphertext: ciphertext)),
                from: pair.alice.address, "byte \(index)")
        }
        #expect(pair.bob.store.preKey(id: Party.PreKeyID.oneTime) != nil)
        #expect(pair.bob.store.kyberPreKey(id: Party.PreKeyID.kyber) != nil)
        #expect(try pair.bob.decrypt(.preKey(message), from: pair.alice.address) == "hello")
    }

    @Test("E10 a Kyber ciphertext of a wrong length or type is named")
    func malformedKyberCiphertextIsNamed() throws {
        var pair = try Pair(seed: 10)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        let kyber = try #require(message.kyber)
        let raw = kyber.ciphertext.dropFirst()
        for (ciphertext, error) in [
            ([], SignalError.noKeyTypeIdentifier),
            (kyber.ciphertext.dropLast(), .badKEMCiphertextLength(type: 8, byteCount: 1568)),
            (kyber.ciphertext + [0], .badKEMCiphertextLength(type: 8, byteCount: 1570)),
            ([0x42] + raw, .badKEMKeyType(0x42)),
            // Known elsewhere, but of no use here.
            ([0x07] + raw, .badKEMKeyType(0x07)), ([0x0A] + raw, .badKEMKeyType(0x0A)),
        ] {
            pair.bob.expectRefusal(
                error,
                of: try message.replacing(
                    kyber: .init(preKeyID: kyber.preKeyID, ciphertext: Array(ciphertext))),
                from: pair.alice.address)
        }
        #expect(try pair.bob.decrypt(.preKey(message), from: pair.alice.address) == "hello")
    }

    @Test("E11 an inner message with a tampered MAC is refused and changes nothing")
    func tamperedInnerMACIsRefused() throws {
        var pair = try Pair(seed: 11)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        let last = message.message.wire.count - 1
        for index in last - 7...last {
            let inner = try message.message.altering(byte: index)
            pair.bob.expectRefusal(
                .invalidMessage(.preKey), of: try message.replacing(message: inner), from: pair.alice.address)
        }
        #expect(pair.bob.store.identity(for: pair.alice.address) == nil)
        #expect(try pair.bob.decrypt(.preKey(message), from: pair.alice.address) == "hello")
    }

    @Test("E12 an outer identity key or prekey id replaced by another valid one is refused")
    func replacedOuterFieldsAreRefused() throws {
        var pair = try Pair(strangers: 12)
        let other = try pair.bob.makeBundle(oneTimePreKeyID: 1, signedPreKeyID: 2, kyberPreKeyID: 3)
        try pair.alice.process(try pair.bob.makeBundle(), of: pair.bob.address)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        let kyber = try #require(message.kyber)
        let stranger = try Party("stranger", seed: 1212).store.identityKeyPair.publicKey
        for altered in [
            try message.replacing(identityKey: stranger), try message.replacing(preKeyID: 1),
            try message.replacing(preKeyID: .some(nil)),
            try message.replacing(signedPreKeyID: other.signedPreKey.id),
            try message.replacing(kyber: .init(preKeyID: 3, ciphertext: kyber.ciphertext)),
        ] {
            pair.bob.expectRefusal(.invalidMessage(.preKey), of: altered, from: pair.alice.address)
        }
        #expect(try pair.bob.decrypt(.preKey(message), from: pair.alice.address) == "hello")
        // In a session that is known already the outer identity must be the session's, too.
        let second = try pair.alice.encrypt("again", to: pair.bob.address).preKeyMessage
        pair.bob.store.forgetIdentity(of: pair.alice.address)
        pair.bob.expectRefusal(
            .invalidMessage(.preKey), of: try second.replacing(identityKey: stranger),
            from: pair.alice.address)
        #expect(try pair.bob.decrypt(.preKey(second), from: pair.alice.address) == "again")
    }

    @Test("E13 a version 3 message with no session of its own is an invalid message, not a legacy one")
    func version3BeginsNoSession() throws {
        var pair = try Pair(seed: 13)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).preKeyMessage
        pair.bob.expectRefusal(
            .invalidMessage(.preKey), of: try message.replacing(version: 3, kyber: .some(nil)),
            from: pair.alice.address)
        pair.bob.expectRefusal(
            .invalidMessage(.preKey), of: try message.replacing(version: 3), from: pair.alice.address)
    }

    @Test("E14 the same first message twice is a duplicate")
    func repeatedFirstMessageIsADuplicate() throws {
        var pair = try Pair(seed: 14)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "hello")
        pair.bob.expectRefusal(
            .duplicatedMessage(chainIndex: 1, counter: 0), of: message, from: pair.alice.address)
    }

    @Test("E15 further first messages of a session go on in it and use up nothing")
    func furtherFirstMessagesUseNothing() throws {
        var pair = try Pair(seed: 15)
        let messages = try (0..<4).map { try pair.alice.encrypt("\($0)", to: pair.bob.address) }
        #expect(try pair.bob.decrypt(messages[0], from: pair.alice.address) == "0")
        let fresh = try pair.bob.makeBundle()
        #expect(try pair.bob.decrypt(messages[2], from: pair.alice.address) == "2")
        #expect(try pair.sendToAlice("reply") == "reply")
        #expect(try pair.sendToBob("answer") == "answer")
        #expect(try pair.bob.decrypt(messages[1], from: pair.alice.address) == "1")
        #expect(try pair.bob.decrypt(messages[3], from: pair.alice.address) == "3")
        #expect(pair.bob.store.preKey(id: fresh.oneTimePreKey?.id ?? 0) != nil)
        #expect(pair.bob.store.session(for: pair.alice.address)?.previous.isEmpty == true)
    }

    @Test("E16 a first message played again under another address is refused")
    func replayUnderAnotherAddressIsRefused() throws {
        var pair = try Pair(strangers: 16, aliceName: "alice", bobName: "bob")
        try pair.alice.process(
            try pair.bob.makeBundle(oneTimePreKeyID: nil, isLastResort: true), of: pair.bob.address)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "hello")
        let mallory = try ProtocolAddress(name: "mallory", deviceID: 1)
        #expect(throws: SignalError.invalidMessage(.preKey)) { try pair.bob.decrypt(message, from: mallory) }
        #expect(pair.bob.store.session(for: mallory) == nil)
        // Another session with the same last-resort prekey is welcome.
        var carol = try Party("carol", seed: 161)
        let bundle = try pair.bob.currentBundle()
        try carol.process(bundle, of: pair.bob.address)
        let other = try carol.encrypt("hi", to: pair.bob.address)
        #expect(try pair.bob.decrypt(other, from: carol.address) == "hi")
    }

    @Test("E17 an addresses field that does not agree with the receiver's view is refused")
    func wrongAddressesAreRefused() throws {
        var pair = try Pair(seed: 17)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        #expect(try message.preKeyMessage.message.addresses?.count == 36)
        for (name, device) in [
            (pair.alice.address.name, 2), ("PNI:" + pair.alice.address.name, 1), (Pair.bobName, 1),
        ] {
            let other = try ProtocolAddress(name: name, deviceID: device)
            pair.bob.expectRefusal(.invalidMessage(.preKey), of: message, from: other)
        }
        // The same service id in other letters is the same.
        let upper = try ProtocolAddress(name: pair.alice.address.name.uppercased(), deviceID: 1)
        #expect(try pair.bob.decrypt(message, from: upper) == "hello")
    }

    @Test("E18 an absent addresses field is accepted")
    func absentAddressesAreAccepted() throws {
        var pair = try Pair(strangers: 18, aliceName: "alice", bobName: Pair.bobName)
        try pair.alice.process(try pair.bob.makeBundle(), of: pair.bob.address)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        #expect(try message.preKeyMessage.message.addresses == nil)
        let sender = try ProtocolAddress(name: Pair.aliceName, deviceID: 1)
        #expect(try pair.bob.decrypt(message, from: sender) == "hello")
    }

    @Test("E19 an addresses field is refused where the receiver's names are no service ids")
    func addressesNeedServiceIDs() throws {
        var pair = try Pair(seed: 19)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        let sender = try ProtocolAddress(name: "+14151111111", deviceID: 1)
        pair.bob.expectRefusal(.invalidMessage(.preKey), of: message, from: sender)
        #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "hello")
    }

    @Test("E20 names that are no service ids leave the addresses field out")
    func plainNamesLeaveAddressesOut() throws {
        var pair = try Pair(strangers: 20, aliceName: "alice", bobName: "bob")
        try pair.alice.process(try pair.bob.makeBundle(), of: pair.bob.address)
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        #expect(try message.preKeyMessage.message.addresses == nil)
        #expect(try pair.bob.decrypt(message, from: pair.alice.address) == "hello")
    }

    @Test("E21 a first message of a session that the receiver archived makes it current again")
    func firstMessageRevivesAnArchivedSession() throws {
        var pair = try Pair(seed: 21)
        _ = try pair.sendToBob("hello")
        let baseKey = pair.bob.store.session(for: pair.alice.address)?.baseKey
        try pair.bob.archiveSession(with: pair.alice.address)
        #expect(pair.bob.store.session(for: pair.alice.address)?.baseKey == nil)
        #expect(try pair.sendToBob("again") == "again")
        #expect(pair.bob.store.session(for: pair.alice.address)?.baseKey == baseKey)
        #expect(pair.bob.store.session(for: pair.alice.address)?.previous.isEmpty == true)
        #expect(try pair.sendToAlice("fine") == "fine")
    }

    @Test("E22 a session unanswered for more than 30 days is given up")
    func unansweredSessionsAreGivenUp() throws {
        var pair = try Pair(seed: 22)
        let exactly = Party.now.addingTimeInterval(2_592_000)
        let later = exactly.addingTimeInterval(1)
        let bob = pair.bob.address
        #expect(try pair.alice.store.session(for: bob)?.hasUsableSession(now: exactly) == true)
        _ = try pair.alice.encrypt("still works", to: bob, now: exactly)
        #expect(try pair.alice.store.session(for: bob)?.hasUsableSession(now: later) == false)
        #expect(throws: SignalError.sessionNotFound(bob)) {
            try pair.alice.encrypt("too late", to: bob, now: later)
        }
        // Once answered, a session does not age; and no moment is too far off to be compared.
        _ = try pair.sendToBob("hello")
        _ = try pair.sendToAlice("hello")
        _ = try pair.alice.encrypt("much later", to: bob, now: .distantFuture)
        try pair.alice.process(
            try pair.bob.makeBundle(), of: bob, now: Date(timeIntervalSince1970: .greatestFiniteMagnitude))
        _ = try pair.alice.encrypt("from the past", to: bob, now: .distantPast)
    }

    @Test("E23 a peer without the post-quantum ratchet is refused")
    func messagesWithoutThePostQuantumPartAreRefused() throws {
        var pair = try Pair(seed: 23)
        let before = pair.alice
        try pair.alice.changeSession(with: pair.bob.address) {
            $0.postQuantumRatchet = PostQuantumRatchet(serialized: SecretBytes([]))
        }
        let message = try pair.alice.encrypt("hello", to: pair.bob.address)
        #expect(try message.preKeyMessage.message.postQuantumMessage.isEmpty)
        pair.bob.expectRefusal(.invalidMessage(.preKey), of: message, from: pair.alice.address)
        pair.alice = before
        #expect(try pair.sendToBob("hello") == "hello")
    }

    @Test("E24 every message begins the session until a reply has come")
    func messagesBeginTheSessionUntilAReply() throws {
        var pair = try Pair(seed: 24)
        for count in 0..<3 {
            let message = try pair.alice.encrypt("\(count)", to: pair.bob.address)
            #expect(message.kind == .preKey)
            _ = try pair.bob.decrypt(message, from: pair.alice.address)
        }
        #expect(pair.alice.store.session(for: pair.bob.address)?.isUnacknowledged == true)
        let reply = try pair.bob.encrypt("reply", to: pair.alice.address)
        #expect(reply.kind == .whisper)
        #expect(try pair.alice.encrypt("crossing", to: pair.bob.address).kind == .preKey)
        _ = try pair.alice.decrypt(reply, from: pair.bob.address)
        #expect(try pair.alice.encrypt("ordinary", to: pair.bob.address).kind == .whisper)
    }

    @Test("E25 after a failure the stored record is the same, byte for byte")
    func failuresLeaveTheRecordAsItWas() throws {
        var pair = try Pair(acquainted: 25)
        let before = try #require(pair.bob.store.session(for: pair.alice.address)).serialized
        let message = try pair.alice.encrypt("hello", to: pair.bob.address).whisper
        try pair.alice.process(try pair.bob.makeBundle(), of: pair.bob.address)
        let first = try pair.alice.encrypt("new", to: pair.bob.address).preKeyMessage
        for altered in [
            .whisper(try message.altering(byte: message.wire.count - 1)),
            try first.replacing(message: try first.message.altering(byte: first.message.wire.count - 9)),
            try first.replacing(signedPreKeyID: 77),
        ] as [CiphertextMessage] {
            #expect(throws: SignalError.self) { try pair.bob.decrypt(altered, from: pair.alice.address) }
            #expect(pair.bob.store.session(for: pair.alice.address)?.serialized == before)
        }
    }
}
