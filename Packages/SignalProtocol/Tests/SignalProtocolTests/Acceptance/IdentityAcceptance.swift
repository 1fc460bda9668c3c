import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// The rows of the protocol's acceptance checklist about identities, addresses and safety numbers.
@Suite("Acceptance: identity, addresses, safety numbers")
struct IdentityAcceptance {
    @Test("I1 device ids are 1 to 127")
    func deviceIDsAreLimited() throws {
        for id in [1, 2, 126, 127] {
            #expect(try ProtocolAddress(name: "x", deviceID: id).deviceID == UInt8(id))
        }
        for id in [0, 128, 255, Int(UInt32.max)] {
            #expect(throws: SignalError.invalidProtocolAddress(name: "x", deviceID: UInt32(id))) {
                try ProtocolAddress(name: "x", deviceID: id)
            }
        }
        #expect(throws: SignalError.self) { try ProtocolAddress(name: "x", deviceID: -1) }
        #expect(try ProtocolAddress(name: "alice", deviceID: 7).description == "alice.7")
    }

    @Test("I2 service ids are read and written in all their forms")
    func serviceIDsAreReadAndWritten() throws {
        let file = try VectorDocument.own("service-id.json")
        #expect(try VectorKind.addresses.check(file) > 30)
        let aci = try #require(ServiceID("ffffffff-0000-0000-0000-000000000000"))
        let pni = try #require(ServiceID("PNI:00000000-0000-0000-0000-000000000000"))
        #expect(aci < pni)
        #expect(try #require(ServiceID("00000000-0000-0000-0000-000000000001")) < aci)
        #expect(ServiceID("ＦＦＦＦＦＦＦＦ-0000-0000-0000-000000000000") == nil)
    }

    @Test(
        "I3 safety numbers are made with 2 to 1,000,000 iterations", arguments: [0, 1, -1, 1_000_001, .max])
    func iterationsAreLimited(count: Int) throws {
        let party = Fingerprint.Party(identifier: [1], identityKey: KeyPair().publicKey)
        #expect(throws: SignalError.invalidFingerprintIterationCount(count)) {
            try Fingerprint(version: 2, iterationCount: count, local: party, remote: party)
        }
        _ = try Fingerprint(version: 2, iterationCount: 2, local: party, remote: party)
    }

    @Test("I4 a scanned number of another version, malformed, or one's own is told apart")
    func scannedNumbersAreToldApart() throws {
        let alice = Fingerprint.Party(identifier: [1], identityKey: KeyPair().publicKey)
        let bob = Fingerprint.Party(identifier: [2], identityKey: KeyPair().publicKey)
        let alices = try Fingerprint(version: 1, iterationCount: 2, local: alice, remote: bob).scannable
        let bobs = try Fingerprint(version: 1, iterationCount: 2, local: bob, remote: alice)
        let bobsOther = try Fingerprint(version: 2, iterationCount: 2, local: bob, remote: alice).scannable
        #expect(try alices.matches(bobs.scannable.serialized))
        #expect(try !alices.matches(alices.serialized))
        #expect(throws: SignalError.fingerprintVersionMismatch(theirs: 2, ours: 1)) {
            try alices.matches(bobsOther.serialized)
        }
        // Absent, the version is zero.
        #expect(throws: SignalError.fingerprintVersionMismatch(theirs: 0, ours: 1)) { try alices.matches([]) }
        var malformed = bobs.scannable.serialized
        malformed[5] &+= 1
        #expect(throws: SignalError.fingerprintParsingError) { try alices.matches(malformed) }
        let serialized = bobs.scannable.serialized
        for missing in [Array(serialized.prefix(2)), Array(serialized.prefix(38))] {
            #expect(throws: SignalError.fingerprintParsingError) { try alices.matches(missing) }
            #expect(throws: SignalError.fingerprintParsingError) {
                try ScannableFingerprint(serialized: missing)
            }
        }
        #expect(throws: SignalError.fingerprintParsingError) {
            try ScannableFingerprint(serialized: serialized.dropFirst(2))
        }
        #expect(bobs.displayable.count == 60 && bobs.displayable.allSatisfy(\.isWholeNumber))
    }

    @Test("I5 malformed signatures and keys are simply not valid")
    func malformedSignaturesAreInvalid() throws {
        var random = SeededRandom(seed: 405)
        let message = random.bytes(40)
        // Both signs of the Edwards key must be met.
        var signs: Set<UInt8> = []
        while signs.count < 2 {
            let key = PrivateKey(using: &random)
            let signature = key.signature(for: message, using: &random)
            signs.insert(signature[63] >> 7)
            #expect(key.publicKey.isValidSignature(signature, for: message))
            #expect(!key.publicKey.isValidSignature(signature.dropLast(), for: message))
            #expect(!key.publicKey.isValidSignature(signature + [0], for: message))
            #expect(!key.publicKey.isValidSignature([], for: message))
            for mask in [0x80, 0x40, 0x20] as [UInt8] {
                var altered = signature
                altered[63] ^= mask
                #expect(!key.publicKey.isValidSignature(altered, for: message), "mask \(mask)")
            }
            for coordinate in SmallOrderKey.all {
                #expect(!coordinate.isValidSignature(signature, for: message))
            }
            // u = 2 is on the twist.
            let twist = PublicKey(coordinate: [2] + [UInt8](repeating: 0, count: 31))
            #expect(!twist.isValidSignature(signature, for: message))
        }
    }

    @Test func identitiesVouchForEachOther() throws {
        var random = SeededRandom(seed: 406)
        let identity = IdentityKeyPair(using: &random)
        let other = IdentityKeyPair(using: &random)
        let signature = identity.signAlternateIdentity(other.publicKey, using: &random)
        #expect(identity.publicKey.hasSigned(alternateIdentity: other.publicKey, signature: signature))
        #expect(!other.publicKey.hasSigned(alternateIdentity: identity.publicKey, signature: signature))
        let again = identity.signAlternateIdentity(other.publicKey)
        #expect(identity.publicKey.hasSigned(alternateIdentity: other.publicKey, signature: again))
    }
}
