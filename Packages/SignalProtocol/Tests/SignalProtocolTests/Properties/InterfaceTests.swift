import FoundationEssentials
import SessionSupport
// Without access to internals: what an application can do.
import SignalProtocol
import Testing

struct InterfaceTests {
    private let address: ProtocolAddress
    private let uuid = UUID()

    init() throws { address = try ProtocolAddress(name: "bob", deviceID: 1) }

    @Test func agreementAndDerivationMakeKeysOfOnesOwn() throws {
        let (ours, theirs) = (PrivateKey(), PrivateKey())
        let secret = try ours.sharedSecret(with: theirs.publicKey)
        #expect(try secret == theirs.sharedSecret(with: ours.publicKey) && secret.count == 32)
        #expect(throws: SignalError.invalidKeyAgreement) {
            try ours.sharedSecret(with: PublicKey(rawRepresentation: [UInt8](repeating: 0, count: 32)))
        }
        // RFC 5869, test case 1.
        let key = try HKDF.derive(
            secret: [UInt8](repeating: 0x0B, count: 22), salt: [UInt8](0...12), info: [UInt8](0xF0...0xF9),
            byteCount: 42)
        #expect(key.prefix(4) == [0x3C, 0xB2, 0x5F, 0x25] && key.suffix(2) == [0x58, 0x65])
        #expect(try HKDF.derive(secret: secret, byteCount: HKDF.maxByteCount).count == 8160)
        for byteCount in [-1, HKDF.maxByteCount + 1] {
            #expect(throws: SignalError.self) { try HKDF.derive(secret: secret, byteCount: byteCount) }
        }
    }

    @Test func kemPairsStandOnTheirOwn() throws {
        let pair = KEMKeyPair()
        let (secret, ciphertext) = try pair.publicKey.encapsulate()
        #expect(secret.count == 32 && ciphertext.count == 1569 && pair.secretKey.count == 3169)
        let restored = try KEMKeyPair(
            publicKey: KEMPublicKey(wire: pair.publicKey.wire), secretKey: pair.secretKey)
        #expect(try restored.decapsulate(ciphertext) == secret)
        #expect(throws: SignalError.badKEMCiphertextLength(type: 8, byteCount: 1568)) {
            try pair.decapsulate(ciphertext.dropLast())
        }
        #expect(throws: SignalError.badKEMKeyLength(type: 8, byteCount: 3168)) {
            try KEMKeyPair(publicKey: pair.publicKey, secretKey: pair.secretKey.dropLast())
        }
    }

    @Test func uuidsNameDistributionsAndAccounts() {
        let id = DistributionID(uuid)
        #expect(id.uuid == uuid && id == DistributionID(uuid.uuidString))
        let account = ServiceID(kind: .pni, uuid: uuid)
        #expect(account.uuidValue == uuid && account == ServiceID("PNI:" + uuid.uuidString))
    }

    @Test func storeListsAndRemoves() throws {
        let identity = IdentityKeyPair()
        var store = MemoryStore(identityKeyPair: identity, registrationID: 1)
        for id in [3, 1, 2] as [UInt32] {
            store.storePreKey(PreKeyRecord(id: id))
            store.storeSignedPreKey(SignedPreKeyRecord(id: id, signedBy: identity, createdAt: Date()))
            store.storeKyberPreKey(
                KyberPreKeyRecord(id: id, signedBy: identity, createdAt: Date(), isLastResort: id == 3))
        }
        store.removePreKey(id: 1)
        store.removeSignedPreKey(id: 2)
        store.removeKyberPreKey(id: 1)
        #expect(
            store.preKeyIDs == [2, 3] && store.signedPreKeyIDs == [1, 3] && store.kyberPreKeyIDs == [2, 3])
        #expect(
            store.kyberPreKey(id: 3)?.isLastResort == true && store.kyberPreKey(id: 2)?.isLastResort == false)
        _ = store.saveIdentity(identity.publicKey, for: address)
        store.storeSession(SessionRecord(), for: address)
        _ = try GroupCipher(sender: address).distributionMessage(for: DistributionID(uuid), in: &store)
        #expect(store.identityAddresses == [address] && store.sessionAddresses == [address])
        #expect(store.senderKeyNames.map(\.distributionID) == [DistributionID(uuid)])
        store.removeIdentity(for: address)
        store.removeSession(for: address)
        store.removeSenderKey(for: address, distributionID: DistributionID(uuid))
        #expect(store.identityAddresses.isEmpty && store.sessionAddresses.isEmpty)
        #expect(store.senderKeyNames.isEmpty)
    }

    @Test func sessionTellsWhatItIs() throws {
        let bobIdentity = IdentityKeyPair()
        var bob = MemoryStore(identityKeyPair: bobIdentity, registrationID: 22)
        var alice = MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 11)
        let alicesAddress = try ProtocolAddress(name: "alice", deviceID: 1)
        let signed = SignedPreKeyRecord(id: 1, signedBy: bobIdentity, createdAt: Date())
        let kyber = KyberPreKeyRecord(id: 77, signedBy: bobIdentity, createdAt: Date(), isLastResort: true)
        bob.storeSignedPreKey(signed)
        bob.storeKyberPreKey(kyber)
        let bundle = try PreKeyBundle(
            of: address, identityKey: bobIdentity.publicKey, registrationID: 22, signedPreKey: signed,
            kyberPreKey: kyber)
        let toBob = SessionCipher(local: alicesAddress, remote: address)
        try toBob.process(bundle, in: &alice, now: Date())
        // Plaintexts are bytes of any kind.
        let message = try toBob.encrypt(Data("hello".utf8), in: &alice, now: Date())
        guard case .preKey(let first) = message else {
            Issue.record("a session begins with a prekey message")
            return
        }
        #expect(first.kyberPreKeyID == 77)
        let toAlice = SessionCipher(local: address, remote: alicesAddress)
        #expect(try toAlice.decrypt(message, in: &bob) == Array("hello".utf8))
        // A key of last resort stays.
        #expect(bob.kyberPreKeyIDs == [77])
        var record = try #require(bob.session(for: alicesAddress))
        #expect(record.localRegistrationID == 22 && record.remoteRegistrationID == 11)
        #expect(record.sessionVersion == 4 && record.hasCurrentSession && record.archivedSessionCount == 0)
        record.archiveCurrentState()
        #expect(!record.hasCurrentSession && record.archivedSessionCount == 1 && record.sessionVersion == nil)

        let sentAt = Date(timeIntervalSince1970: 1_700_000_000.5)
        let report = try DecryptionErrorMessage(about: message, sentAt: sentAt, deviceID: 1)
        #expect(report.sentAt == sentAt && report.timestamp == 1_700_000_000_500)
    }

    @Test func safetyNumbersMatchAsValues() throws {
        let (ours, theirs) = (
            Fingerprint.Party(identifier: [1], identityKey: IdentityKeyPair().publicKey),
            Fingerprint.Party(identifier: [2], identityKey: IdentityKeyPair().publicKey)
        )
        let here = try Fingerprint(version: 2, iterationCount: 2, local: ours, remote: theirs).scannable
        let there = try Fingerprint(version: 2, iterationCount: 2, local: theirs, remote: ours).scannable
        #expect(try here.matches(there) && there.matches(here) && !here.matches(here))
        let old = try Fingerprint(version: 1, iterationCount: 2, local: theirs, remote: ours).scannable
        #expect(throws: SignalError.fingerprintVersionMismatch(theirs: 1, ours: 2)) { try here.matches(old) }
    }

    @Test func groupMessagesTravelLikeOthers() throws {
        let cipher = GroupCipher(sender: address)
        var (sender, member) = (
            MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 1),
            MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 2)
        )
        let id = DistributionID(uuid)
        try cipher.process(cipher.distributionMessage(for: id, in: &sender), in: &member)
        let sent = CiphertextMessage(
            try cipher.encrypt("to all".utf8.dropFirst(0), distributionID: id, in: &sender))
        let received = try CiphertextMessage(type: sent.type, wire: sent.wire)
        #expect(try cipher.decrypt(received, in: &member) == Array("to all".utf8))
        let other = CiphertextMessage(
            PlaintextContent(try DecryptionErrorMessage(about: received, sentAt: Date(), deviceID: 1)))
        #expect(throws: SignalError.invalidArgument("not a message to a group")) {
            try cipher.decrypt(other, in: &member)
        }
    }
}
