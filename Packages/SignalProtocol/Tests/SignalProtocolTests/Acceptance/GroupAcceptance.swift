import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// The group rows of the protocol's acceptance checklist.
@Suite("Acceptance: groups")
struct GroupAcceptance {
    private let id: DistributionID
    private var group: Group

    init() throws {
        id = try #require(DistributionID("d1d1d1d1-7000-11eb-b32a-33b8a8a487a6"))
        group = try Group(seed: 300, id: id)
    }

    @Test("G1 without record or chain there is no sender key")
    func unknownChainsAreNamed() throws {
        var group = group
        #expect(throws: SignalError.noSenderKeyState(id)) {
            try GroupCipher(sender: group.bob.address).encrypt([], distributionID: id, in: &group.bob.store)
        }
        var stranger = try Party("stranger", seed: 301)
        let message = try group.encrypt("hello")
        #expect(throws: SignalError.noSenderKeyState(id)) {
            try GroupCipher(sender: group.alice.address).decrypt(message, in: &stranger.store)
        }
        let other = SenderKeyMessage(
            distributionID: id, chainID: message.chainID &+ 1, iteration: 0, ciphertext: [],
            signingKey: PrivateKey(using: &stranger.random), using: &stranger.random)
        #expect(throws: SignalError.noSenderKeyState(id)) { try group.decrypt(other) }
    }

    @Test("G2 a tampered or foreign signature is refused and leaves the state as it was")
    func badSignaturesAreRefused() throws {
        var group = group
        let message = try group.encrypt("hello")
        let before = group.bob.store
        for index in [20, message.wire.count - 64, message.wire.count - 1] {
            var bytes = message.wire
            bytes[index] ^= 1
            let altered = try SenderKeyMessage(wire: bytes)
            #expect(throws: SignalError.self) { try group.decrypt(altered) }
        }
        var random = SeededRandom(seed: 302)
        let foreign = SenderKeyMessage(
            distributionID: id, chainID: message.chainID, iteration: message.iteration,
            ciphertext: message.ciphertext, signingKey: PrivateKey(using: &random), using: &random)
        #expect(throws: SignalError.signatureValidationFailed) { try group.decrypt(foreign) }
        #expect(group.bob.store == before)
        #expect(try group.decrypt(message) == "hello")
    }

    @Test("G3 a message played again is a duplicate")
    func repeatedMessagesAreDuplicates() throws {
        var group = group
        let message = try group.encrypt("hello")
        #expect(try group.decrypt(message) == "hello")
        #expect(throws: SignalError.duplicatedMessage(chainIndex: 1, counter: 0)) {
            try group.decrypt(message)
        }
    }

    @Test("G4 a message 25,000 ahead is accepted, one 25,001 ahead is not")
    func jumpsAreLimited() throws {
        var group = group
        var far = group
        try group.loseMessages(25_000)
        #expect(try group.decrypt(try group.encrypt("just in reach")) == "just in reach")
        try far.loseMessages(25_001)
        let tooFar = try far.encrypt("too far")
        let before = far.bob.store
        #expect(throws: SignalError.invalidMessage(.senderKey)) { try far.decrypt(tooFar) }
        #expect(far.bob.store == before)
    }

    @Test("G5 the keys of the newest 2,000 skipped messages are kept")
    func skippedKeysAreLimited() throws {
        var group = group
        let dropped = try group.encrypt("dropped")
        let kept = try group.encrypt("kept")
        try group.loseMessages(1_999)
        _ = try group.decrypt(try group.encrypt("ahead"))
        #expect(throws: SignalError.duplicatedMessage(chainIndex: 2002, counter: 0)) {
            try group.decrypt(dropped)
        }
        #expect(try group.decrypt(kept) == "kept")
    }

    @Test("G6 a distribution message processed again does not set the chain back")
    func knownChainsAreNotSetBack() throws {
        var group = group
        let message = try group.encrypt("hello")
        _ = try group.decrypt(message)
        let before = group.bob.store
        try group.process(group.distribution)
        #expect(group.bob.store == before)
        #expect(throws: SignalError.duplicatedMessage(chainIndex: 1, counter: 0)) {
            try group.decrypt(message)
        }
        #expect(try group.decrypt(try group.encrypt("next")) == "next")
    }

    @Test("G7 a chain of the same id with another signing key replaces the old one")
    func otherSigningKeyReplacesTheChain() throws {
        var group = group
        let old = try group.encrypt("old")
        var random = SeededRandom(seed: 307)
        let signingKey = KeyPair(using: &random)
        let chainKey = ChainKey(key: SecretBytes(byteCount: 32, using: &random))
        try group.process(
            SenderKeyDistributionMessage(
                distributionID: id, chainID: old.chainID, iteration: 0, chainKey: chainKey.key,
                signingKey: signingKey.publicKey))
        #expect(throws: SignalError.signatureValidationFailed) { try group.decrypt(old) }
        #expect(group.states(at: group.bob).count == 1)
        let new = SenderKeyMessage(
            distributionID: id, chainID: old.chainID, iteration: 0,
            ciphertext: GroupMessageKeys(seed: chainKey.messageSeed).seal(Array("new".utf8)),
            signingKey: signingKey.privateKey, using: &random)
        #expect(try group.decrypt(new) == "new")
    }

    @Test("G8 of more than five chains the oldest is dropped")
    func chainsAreLimited() throws {
        var group = group
        let first = try group.encrypt("first")
        var messages: [SenderKeyMessage] = []
        for _ in 0..<5 {
            try group.beginNewChain()
            messages.append(try group.encrypt("another"))
        }
        #expect(group.states(at: group.bob).count == 5)
        #expect(throws: SignalError.noSenderKeyState(id)) { try group.decrypt(first) }
        for message in messages { #expect(try group.decrypt(message) == "another") }
    }

    @Test("G9 a late joiner cannot read what was written before")
    func lateJoinersReadOnlyTheFuture() throws {
        var group = group
        let before = try group.encrypt("before")
        let cipher = GroupCipher(sender: group.alice.address)
        var carol = try Party("carol", seed: 309)
        let distribution = try cipher.distributionMessage(
            for: id, in: &group.alice.store, using: &group.alice.random)
        #expect(distribution.iteration == 1)
        try cipher.process(distribution, in: &carol.store)
        #expect(throws: SignalError.duplicatedMessage(chainIndex: 1, counter: 0)) {
            try cipher.decrypt(before, in: &carol.store)
        }
        let after = try group.encrypt("after")
        #expect(try cipher.decrypt(after, in: &carol.store) == Array("after".utf8))
    }

    @Test("G10 nobody can write in the name of another")
    func foreignChainsCannotEncrypt() throws {
        var group = group
        #expect(throws: SignalError.invalidSenderKeySession(id)) {
            try GroupCipher(sender: group.alice.address)
                .encrypt([1], distributionID: id, in: &group.bob.store)
        }
    }

    @Test("G11 a hundred messages in any order decrypt once each")
    func shuffledMessagesDecryptOnce() throws {
        var group = group
        var random = SeededRandom(seed: 311)
        let messages = try (0..<100).map { (text: "\($0)", message: try group.encrypt("\($0)")) }
        for (text, message) in messages.shuffled(using: &random) {
            #expect(try group.decrypt(message) == text)
        }
        for (_, message) in messages {
            #expect(throws: SignalError.self) { try group.decrypt(message) }
        }
    }

    @Test func aStoredChainOfVersionZeroIsOfVersionThree() throws {
        var group = group
        let message = try group.encrypt("hello")
        try group.changeState(at: \.bob) { state in
            SenderKeyState(
                version: 2, chainID: state.chainID, chainKey: state.chainKey, signingKey: state.signingKey)
        }
        #expect(throws: SignalError.unrecognizedMessageVersion(3)) { try group.decrypt(message) }
        try group.changeState(at: \.bob) { state in
            try SenderKeyState(
                serialized: SenderKeyState(
                    version: 0, chainID: state.chainID, chainKey: state.chainKey, signingKey: state.signingKey
                ).serialized[...])
        }
        #expect(try group.decrypt(message) == "hello")
    }

    @Test func damagedChainsAreNamed() throws {
        var group = group
        let message = try group.encrypt("hello")
        let sound = group
        try group.changeState(at: \.bob) { state in
            SenderKeyState(chainID: state.chainID, chainKey: nil, signingKey: state.signingKey)
        }
        #expect(throws: SignalError.invalidSenderKeySession(id)) { try group.decrypt(message) }
        group = sound
        try group.changeState(at: \.bob) { state in
            SenderKeyState(chainID: state.chainID, chainKey: state.chainKey, signingKey: [5, 1])
        }
        #expect(throws: SignalError.invalidSenderKeySession(id)) { try group.decrypt(message) }
        group.alice.store.storeSenderKey(
            SenderKeyRecord(), for: group.alice.address, distributionID: id)
        #expect(throws: SignalError.invalidSenderKeySession(id)) { try group.encrypt("nothing to send with") }
        #expect(throws: SignalError.invalidSenderKeySession(id)) {
            try GroupCipher(sender: group.alice.address).distributionMessage(for: id, in: &group.alice.store)
        }
    }

    @Test func aChainEndsCleanly() throws {
        var group = group
        try group.changeState(at: \.alice) { state in
            SenderKeyState(
                chainID: state.chainID,
                chainKey: ChainKey(key: try #require(state.chainKey).key, index: .max),
                signingKey: state.signingKey, signingPrivateKey: state.signingPrivateKey)
        }
        #expect(throws: SignalError.invalidState("the chain has reached its end")) {
            try group.encrypt("no more")
        }
    }
}

/// A sender and a member who has their distribution message.
private struct Group {
    let id: DistributionID
    var alice: Party
    var bob: Party
    let distribution: SenderKeyDistributionMessage

    init(seed: UInt64, id: DistributionID) throws {
        self.id = id
        alice = try Party("alice", seed: seed)
        bob = try Party("bob", seed: seed + 1)
        distribution = try GroupCipher(sender: alice.address)
            .distributionMessage(for: id, in: &alice.store, using: &alice.random)
        try process(distribution)
    }

    mutating func process(_ message: SenderKeyDistributionMessage) throws {
        let received = try SenderKeyDistributionMessage(wire: message.wire)
        try GroupCipher(sender: alice.address).process(received, in: &bob.store)
    }

    mutating func encrypt(_ text: String) throws -> SenderKeyMessage {
        try GroupCipher(sender: alice.address)
            .encrypt(Array(text.utf8), distributionID: id, in: &alice.store, using: &alice.random)
    }

    mutating func decrypt(_ message: SenderKeyMessage) throws -> String {
        let received = try SenderKeyMessage(wire: message.wire)
        let plaintext = try GroupCipher(sender: alice.address).decrypt(received, in: &bob.store)
        return String(decoding: plaintext, as: UTF8.self)
    }

    func states(at party: Party) -> [SenderKeyState] {
        party.store.senderKey(for: alice.address, distributionID: id)?.states ?? []
    }

    mutating func loseMessages(_ count: Int) throws {
        try changeState(at: \.alice) { state in
            var state = state
            for _ in 0..<count { _ = try state.takeNextKey() }
            return state
        }
    }

    mutating func changeState(
        at party: WritableKeyPath<Group, Party>, _ body: (SenderKeyState) throws -> SenderKeyState
    ) throws {
        var record = try #require(
            self[keyPath: party].store.senderKey(for: alice.address, distributionID: id))
        record.update(try body(try #require(record.states.first)), at: 0)
        self[keyPath: party].store.storeSenderKey(record, for: alice.address, distributionID: id)
    }

    mutating func beginNewChain() throws {
        var record = SenderKeyRecord()
        record.add(SenderKeyState(using: &alice.random))
        alice.store.storeSenderKey(record, for: alice.address, distributionID: id)
        try process(
            try GroupCipher(sender: alice.address)
                .distributionMessage(for: id, in: &alice.store, using: &alice.random))
    }
}
