import FoundationEssentials
import SignalProtocol
import Testing

/// The code of the documentation, as the articles show it.
struct DocumentedCode {
    @Test func theStepsOfTheArticlesWork() throws {
        let bob = try ProtocolAddress(name: "bob", deviceID: 1)
        let identity = IdentityKeyPair()
        var bobsStore = MemoryStore(identityKeyPair: identity, registrationID: 4711)

        let signedPreKey = SignedPreKeyRecord(id: 1, signedBy: identity, createdAt: .now)
        let kyberPreKey = KyberPreKeyRecord(id: 1, signedBy: identity, createdAt: .now)
        let oneTimePreKey = PreKeyRecord(id: 1)
        bobsStore.storeSignedPreKey(signedPreKey)
        bobsStore.storeKyberPreKey(kyberPreKey)
        bobsStore.storePreKey(oneTimePreKey)

        let bundle = try PreKeyBundle(
            of: bob, identityKey: identity.publicKey, registrationID: bobsStore.localRegistrationID,
            signedPreKey: signedPreKey, kyberPreKey: kyberPreKey, oneTimePreKey: oneTimePreKey)

        let alice = try ProtocolAddress(name: "alice", deviceID: 1)
        var alicesStore = MemoryStore(identityKeyPair: IdentityKeyPair(), registrationID: 815)

        let toBob = SessionCipher(local: alice, remote: bob)
        try toBob.process(bundle, in: &alicesStore, now: .now)
        let message = try toBob.encrypt(Array("Hello, Bob".utf8), in: &alicesStore, now: .now)
        let (type, wire) = (message.type, message.wire)

        let toAlice = SessionCipher(local: bob, remote: alice)
        let received = try CiphertextMessage(type: type, wire: wire)
        let plaintext = try toAlice.decrypt(received, in: &bobsStore)
        let answer = try toAlice.encrypt(Array("Hello, Alice".utf8), in: &bobsStore, now: .now)
        #expect(plaintext == Array("Hello, Bob".utf8))
        #expect(try toBob.decrypt(answer, in: &alicesStore) == Array("Hello, Alice".utf8))

        let ourKey = alicesStore.identityKeyPair.publicKey
        let safetyNumber = try Fingerprint(
            version: 2, local: .init(identifier: Array(alice.name.utf8), identityKey: ourKey),
            remote: .init(identifier: Array(bob.name.utf8), identityKey: bundle.identityKey))
        print(safetyNumber.displayable)
        #expect(safetyNumber.displayable.count == 60)

        let record = alicesStore.session(for: bob) ?? SessionRecord()
        if try !record.hasUsableSession(meeting: [.notStale, .postQuantumRatchet], now: .now) {
            try toBob.process(bundle, in: &alicesStore, now: .now)
        }
        #expect(alicesStore.session(for: bob) == record)

        let lost = try toBob.encrypt(Array("lost".utf8), in: &alicesStore, now: .now)
        let report = try DecryptionErrorMessage(about: lost, timestamp: 0, deviceID: 1)
        let content = try PlaintextContent(wire: PlaintextContent(report).wire)
        if let key = try content.decryptionError()?.ratchetKey, var record = alicesStore.session(for: bob),
            record.currentRatchetKeyMatches(key)
        {
            record.archiveCurrentState()
            alicesStore.storeSession(record, for: bob)
        }
        #expect(throws: SignalError.sessionNotFound(bob)) {
            try toBob.encrypt([], in: &alicesStore, now: .now)
        }
    }
}
