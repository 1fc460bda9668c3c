import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// The parsing rows of the protocol's acceptance checklist.
@Suite("Acceptance: parsing")
struct ParsingAcceptance {
    private let pair: Pair
    private let whisper: SignalMessage
    private let preKey: PreKeySignalMessage
    private let group: SenderKeyMessage
    private let distribution: SenderKeyDistributionMessage

    init() throws {
        var pair = try Pair(seed: 100)
        preKey = try pair.alice.encrypt("first", to: pair.bob.address).preKeyMessage
        whisper = preKey.message
        let groupCipher = GroupCipher(sender: pair.alice.address)
        let id = try #require(DistributionID("d1d1d1d1-7000-11eb-b32a-33b8a8a487a6"))
        distribution = try groupCipher.distributionMessage(
            for: id, in: &pair.alice.store, using: &pair.alice.random)
        group = try groupCipher.encrypt(
            [1, 2, 3], distributionID: id, in: &pair.alice.store, using: &pair.alice.random)
        self.pair = pair
    }

    @Test("P1 a message below the shortest length is too short")
    func shortMessagesAreTooShort() throws {
        let shortest = [0x44] + [UInt8](repeating: 0xFF, count: 100)
        for count in 0..<9 {
            #expect(throws: SignalError.ciphertextMessageTooShort(byteCount: count)) {
                try SignalMessage(wire: shortest.prefix(count))
            }
        }
        #expect(throws: SignalError.invalidProtobufEncoding) {
            try SignalMessage(wire: shortest.prefix(9 + 1))
        }
        #expect(throws: SignalError.ciphertextMessageTooShort(byteCount: 0)) {
            try PreKeySignalMessage(wire: [])
        }
        for count in [0, 1, 64] {
            let bytes = [0x33] + [UInt8](repeating: 0, count: count)
            #expect(throws: SignalError.ciphertextMessageTooShort(byteCount: count)) {
                try SenderKeyMessage(wire: bytes.prefix(count))
            }
            #expect(throws: SignalError.ciphertextMessageTooShort(byteCount: count)) {
                try SenderKeyDistributionMessage(wire: bytes.prefix(count))
            }
        }
        let justLongEnough = [0x33] + [UInt8](repeating: 0, count: 64)
        #expect(throws: SignalError.invalidProtobufEncoding) { try SenderKeyMessage(wire: justLongEnough) }
        #expect(throws: SignalError.ciphertextMessageTooShort(byteCount: 0)) {
            try PlaintextContent(wire: [])
        }
    }

    @Test("P2 a version below 3 is legacy")
    func versionsBelowThreeAreLegacy() {
        for version in 0..<3 as Range<UInt8> {
            expectEveryKind(ofVersion: version, throws: .legacyCiphertextVersion(version))
        }
    }

    @Test("P3 a version above the current one is unrecognized")
    func versionsAboveTheCurrentAreUnrecognized() {
        for version in 5..<16 as Range<UInt8> {
            expectEveryKind(ofVersion: version, throws: .unrecognizedCiphertextVersion(version))
        }
        #expect(throws: SignalError.unrecognizedCiphertextVersion(4)) {
            try SenderKeyMessage(wire: [0x44] + group.wire.dropFirst())
        }
        #expect(throws: SignalError.unrecognizedCiphertextVersion(4)) {
            try SenderKeyDistributionMessage(wire: [0x44] + distribution.wire.dropFirst())
        }
    }

    @Test("P4 the low half of the version byte is not looked at, but authenticated where there is a MAC")
    func lowVersionNibbleIsAuthenticated() throws {
        var pair = pair
        let outer = try PreKeySignalMessage(wire: [0x4F] + preKey.wire.dropFirst())
        let inner = try SignalMessage(wire: [0x43] + whisper.wire.dropFirst())
        let alice = pair.alice.address
        pair.bob.expectRefusal(
            .invalidMessage(.preKey), of: try preKey.replacing(message: inner), from: alice)
        #expect(try pair.bob.decrypt(.preKey(outer), from: alice) == "first")

        let message = try SenderKeyMessage(wire: [0x3F] + group.wire.dropFirst())
        let cipher = GroupCipher(sender: alice)
        try cipher.process(distribution, in: &pair.bob.store)
        #expect(throws: SignalError.signatureValidationFailed) {
            try cipher.decrypt(message, in: &pair.bob.store)
        }
    }

    @Test("P5 garbage, truncation and missing required fields are invalid protocol buffers")
    func brokenFieldsAreInvalid() {
        let garbage = [UInt8](repeating: 0xFF, count: 80)
        #expect(throws: SignalError.invalidProtobufEncoding) { try SignalMessage(wire: [0x44] + garbage) }
        #expect(throws: SignalError.invalidProtobufEncoding) {
            try PreKeySignalMessage(wire: [0x44] + garbage)
        }
        #expect(throws: SignalError.invalidProtobufEncoding) { try SenderKeyMessage(wire: [0x33] + garbage) }
        #expect(throws: SignalError.invalidProtobufEncoding) {
            try SenderKeyDistributionMessage(wire: [0x33] + garbage)
        }
        #expect(throws: SignalError.invalidProtobufEncoding) { try DecryptionErrorMessage(wire: garbage) }
        for field in [1, 2, 4] as [UInt32] {
            let wire = whisper.wire.removing(field: field, suffixByteCount: 8)
            #expect(throws: SignalError.invalidProtobufEncoding, "field \(field)") {
                try SignalMessage(wire: wire)
            }
        }
        for field in [2, 3, 4, 6] as [UInt32] {
            let wire = preKey.wire.removing(field: field)
            #expect(throws: SignalError.invalidProtobufEncoding, "field \(field)") {
                try PreKeySignalMessage(wire: wire)
            }
        }
        for field in 1...4 as ClosedRange<UInt32> {
            let wire = group.wire.removing(field: field, suffixByteCount: 64)
            #expect(throws: SignalError.invalidProtobufEncoding, "field \(field)") {
                try SenderKeyMessage(wire: wire)
            }
        }
        for field in 1...5 as ClosedRange<UInt32> {
            // What remains must be long enough to be looked at.
            let wire = distribution.wire.removing(field: field) + [UInt8](padding: 64)
            #expect(throws: SignalError.invalidProtobufEncoding, "field \(field)") {
                try SenderKeyDistributionMessage(wire: wire)
            }
        }
        #expect(throws: SignalError.invalidProtobufEncoding) { try DecryptionErrorMessage(wire: [0x18, 1]) }
    }

    @Test("P6 unknown fields inside the authenticated part are accepted")
    func unknownFieldsAreAccepted() throws {
        var pair = try Pair(acquainted: 106)
        var keys: MessageKeys?
        var random = pair.alice.random
        try pair.alice.changeSession(with: pair.bob.address) { state in
            var state = state
            let postQuantumKey = try state.postQuantumRatchet.send(using: &random).key
            keys = state.sendingChain.map {
                MessageKeys(seed: $0.chainKey.messageSeed, postQuantumKey: postQuantumKey)
            }
        }
        let message = try pair.alice.encrypt("with more", to: pair.bob.address).whisper
        // Field 99 as a number, field 100 as bytes, field 101 as a group with a field in it.
        let unknown: [UInt8] = [0x98, 0x06, 5, 0xA2, 0x06, 2, 1, 2, 0xAB, 0x06, 0x08, 1, 0xAC, 0x06]
        let extended = message.wire.dropLast(8) + unknown
        let parties = MACParties(
            sender: pair.alice.store.identityKeyPair.publicKey,
            receiver: pair.bob.store.identityKeyPair.publicKey)
        let mac = try #require(keys).withMACKey { key in
            Array(extended).withUnsafeBytes { parties.mac(of: $0, key: key) }
        }
        let received = CiphertextMessage.whisper(try SignalMessage(wire: extended + mac))
        #expect(try pair.bob.decrypt(received, from: pair.alice.address) == "with more")
    }

    @Test("P7 keys of another type or too short are refused")
    func badKeysAreRefused() {
        for (field, suffix) in [(UInt32(1), 8)] {
            expectBadKeys(in: whisper.wire, field: field, suffixByteCount: suffix) {
                _ = try SignalMessage(wire: $0)
            }
        }
        for field in [2, 3] as [UInt32] {
            expectBadKeys(in: preKey.wire, field: field) { _ = try PreKeySignalMessage(wire: $0) }
        }
    }

    @Test("P8 bytes behind a key are dropped, but not in a distribution message")
    func bytesBehindKeysAreDropped() throws {
        let longKey = whisper.ratchetKey.wire + [0]
        let wire = whisper.wire.replacing(field: 1, with: longKey, suffixByteCount: 8)
        #expect(try SignalMessage(wire: wire).ratchetKey == whisper.ratchetKey)
        let outer = preKey.wire.replacing(field: 2, with: preKey.baseKey.wire + [1, 2])
        #expect(try PreKeySignalMessage(wire: outer).baseKey == preKey.baseKey)
        let long = distribution.wire.replacing(field: 5, with: distribution.signingKey.wire + [0])
        #expect(throws: SignalError.invalidProtobufEncoding) { try SenderKeyDistributionMessage(wire: long) }
    }

    @Test("P9 a version 4 message that begins a session has both KEM fields")
    func bothKEMFieldsAreRequired() {
        let without7 = preKey.wire.removing(field: 7)
        let without8 = preKey.wire.removing(field: 8)
        let withoutBoth = without7.removing(field: 8)
        for wire in [without7, without8, withoutBoth] {
            #expect(throws: SignalError.invalidMessage(.preKey)) { try PreKeySignalMessage(wire: wire) }
        }
    }

    @Test("P10 a version 3 message that begins a session needs no KEM fields")
    func version3NeedsNoKEMFields() throws {
        let without7 = preKey.wire.removing(field: 7)
        let withoutBoth = without7.removing(field: 8)
        let message = try PreKeySignalMessage(wire: [0x34] + withoutBoth.dropFirst())
        #expect(message.version == 3 && message.kyber == nil)
        #expect(throws: SignalError.invalidMessage(.preKey)) {
            try PreKeySignalMessage(wire: [0x34] + without7.dropFirst())
        }
    }

    @Test("P11 an absent previous counter and an absent registration id are zero")
    func absentNumbersAreZero() throws {
        let withoutCounter = whisper.wire.removing(field: 3, suffixByteCount: 8)
        #expect(try SignalMessage(wire: withoutCounter).previousCounter == 0)
        let withoutRegistration = preKey.wire.removing(field: 5)
        #expect(try PreKeySignalMessage(wire: withoutRegistration).registrationID == 0)
    }

    @Test("P12 a distribution id has 16 bytes and a chain key 32")
    func groupFieldsHaveTheirSizes() {
        for count in [0, 15, 17] {
            let id = [UInt8](repeating: 1, count: count)
            #expect(throws: SignalError.invalidProtobufEncoding) {
                try SenderKeyMessage(wire: group.wire.replacing(field: 1, with: id, suffixByteCount: 64))
            }
            #expect(throws: SignalError.invalidProtobufEncoding) {
                try SenderKeyDistributionMessage(wire: distribution.wire.replacing(field: 1, with: id))
            }
        }
        for count in [31, 33] {
            let key = [UInt8](repeating: 1, count: count)
            #expect(throws: SignalError.invalidProtobufEncoding) {
                try SenderKeyDistributionMessage(wire: distribution.wire.replacing(field: 4, with: key))
            }
        }
    }

    @Test("P13 content in the clear begins with C0")
    func plaintextBeginsWithItsIdentifier() {
        for first in 0...255 as ClosedRange<UInt8> where first != 0xC0 {
            #expect(throws: SignalError.unrecognizedMessageVersion(UInt32(first))) {
                try PlaintextContent(wire: [first, 0x80])
            }
        }
    }

    @Test("P14 random bytes are an error or a value in every parser")
    func randomBytesAreHarmless() throws {
        var random = SeededRandom(seed: 114)
        for round in 0..<400 {
            let bytes = random.bytes(Int.random(in: 0...200, using: &random))
            for parser in Parser.all { parser.expectSoundOutcome(bytes, "seed 114, round \(round)") }
        }
    }

    private func expectEveryKind(ofVersion version: UInt8, throws error: SignalError) {
        let first = version << 4 | 4
        #expect(throws: error) { try SignalMessage(wire: [first] + whisper.wire.dropFirst()) }
        #expect(throws: error) { try PreKeySignalMessage(wire: [first] + preKey.wire.dropFirst()) }
        #expect(throws: error) { try SenderKeyMessage(wire: [first] + group.wire.dropFirst()) }
        #expect(throws: error) {
            try SenderKeyDistributionMessage(wire: [first] + distribution.wire.dropFirst())
        }
    }

    private func expectBadKeys(
        in wire: [UInt8], field: UInt32, suffixByteCount: Int = 0, parse: ([UInt8]) throws -> Void
    ) {
        let key = [UInt8](repeating: 9, count: 32)
        for (bytes, error) in [
            ([], SignalError.noKeyTypeIdentifier), ([6] + key, .badKeyType(6)),
            ([5] + key.dropLast(), .badKeyLength(32)), ([5], .badKeyLength(1)),
        ] {
            #expect(throws: error) {
                try parse(wire.replacing(field: field, with: bytes, suffixByteCount: suffixByteCount))
            }
        }
    }
}
