import Cryptography
import Foundation
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// Records as the official library stores them.
struct OfficialRecordTests {
    /// A Kyber prekey record with the expanded secret key: 3,169 bytes with the type byte.
    @Test func kyberPreKeyWithExpandedSecretServes() throws {
        let file = try VectorDocument.own("kem.json")
        let vector = try #require(
            try file.root.cases("vectors").first { try $0.string("algorithm") == "Kyber1024" })
        var pair = try Pair(strangers: 800)
        let publicKey = KEMPublicKey(raw: try vector.base64("public_base64"))
        let fields = PreKeyFields(
            id: 5, publicKey: publicKey.wire,
            secretKey: SecretBytes([0x08] + (try vector.base64("secret_base64"))),
            signature: pair.bob.store.identityKeyPair.privateKey.signature(for: publicKey.wire), timestamp: 42
        )
        let record = try KyberPreKeyRecord(serialized: fields.serialized)
        #expect(record.serialized == fields.serialized)
        #expect(try record.keyPair().secretKey.count == 3169)

        let own = try pair.bob.makeBundle()
        pair.bob.store.storeKyberPreKey(record)
        let bundle = PreKeyBundle(
            registrationID: own.registrationID, deviceID: own.deviceID, identityKey: own.identityKey,
            signedPreKey: own.signedPreKey,
            kyberPreKey: .init(id: 5, key: publicKey, signature: record.signature),
            oneTimePreKey: own.oneTimePreKey)
        try pair.alice.process(bundle, of: pair.bob.address)
        #expect(try pair.sendToBob("hello") == "hello")
        #expect(pair.bob.store.kyberPreKey(id: 5) == nil)
    }

    /// Session records whose post-quantum states the official library wrote, thirty rounds into a conversation.
    @Test func sessionsWithOfficialPostQuantumStatesGoOn() throws {
        let file = try VectorDocument.own("spqr-official-states.json")
        var pair = try Pair(acquainted: 801)
        for (party, peer, name) in [(\Pair.alice, \Pair.bob, "a"), (\Pair.bob, \Pair.alice, "b")] {
            let state = try file.root.object(name).bytes("state")
            let address = pair[keyPath: peer].address
            try pair[keyPath: party].changeSession(with: address) {
                $0.postQuantumRatchet = PostQuantumRatchet(serialized: SecretBytes(state))
            }
            let record = try #require(pair[keyPath: party].store.session(for: address))
            #expect(record.serialized.position(of: state) != nil)
            pair[keyPath: party].store.storeSession(
                try SessionRecord(serialized: record.serialized), for: address)
        }
        for round in 0..<40 {
            #expect(try pair.sendToBob("to bob \(round)") == "to bob \(round)")
            #expect(try pair.sendToAlice("to alice \(round)") == "to alice \(round)")
        }
    }

    /// Sessions of before the post-quantum ratchet go on without it, until one end begins a new one; what was written
    /// in the old one is still read then.
    @Test func sessionsOfBeforeThePostQuantumRatchetGoOnUntilTheyAreRenewed() throws {
        var pair = try Pair(acquainted: 804)
        try pair.forgetPostQuantumRatchets()
        for round in 0..<5 {
            #expect(try pair.sendToBob("to bob \(round)") == "to bob \(round)")
            #expect(try pair.sendToAlice("to alice \(round)") == "to alice \(round)")
        }
        #expect(try pair.alice.encrypt("plain", to: pair.bob.address).whisper.postQuantumMessage.isEmpty)
        let late = try pair.bob.encrypt("late", to: pair.alice.address)

        try pair.alice.process(try pair.bob.makeBundle(), of: pair.bob.address)
        #expect(try pair.sendToBob("renewed") == "renewed")
        #expect(try pair.alice.decrypt(late, from: pair.bob.address) == "late")
        #expect(try pair.sendToAlice("renewed") == "renewed")
        for (party, peer) in [(pair.alice, pair.bob.address), (pair.bob, pair.alice.address)] {
            let record = try #require(party.store.session(for: peer))
            #expect(try record.hasUsableSession(meeting: .postQuantumRatchet, now: Party.now))
        }
    }

    /// A session of long ago, with skipped keys stored as such.
    @Test func expandedSkippedKeysServeAndStayAsTheyWere() throws {
        var pair = try Pair(acquainted: 802)
        try pair.forgetPostQuantumRatchets()
        let late = try pair.alice.encrypt("late", to: pair.bob.address)
        _ = try pair.sendToBob("in time")
        try pair.bob.changeSession(with: pair.alice.address) { state in
            guard case .usable(let chain) = try #require(state.receivingChains.last) else { return }
            let expanded = chain.skippedKeys.map { key in
                SkippedMessageKey(
                    index: key.index, secret: .expanded(key.secret.messageKeys(postQuantumKey: nil)))
            }
            state.receivingChains[state.receivingChains.count - 1] = .usable(
                ReceivingChain(ratchetKey: chain.ratchetKey, chainKey: chain.chainKey, skippedKeys: expanded))
        }
        let record = try #require(pair.bob.store.session(for: pair.alice.address))
        let restored = try SessionRecord(serialized: record.serialized)
        #expect(restored.serialized == record.serialized)
        pair.bob.store.storeSession(restored, for: pair.alice.address)
        #expect(try pair.bob.decrypt(late, from: pair.alice.address) == "late")
    }

    @Test func aSessionWithoutAVersionIsOfVersionTwo() throws {
        let pair = try Pair(acquainted: 803)
        let serialized = try #require(try pair.bob.store.session(for: pair.alice.address)?.currentState())
            .serialized()
        // The version is the first field: 08 04.
        let state = try SessionState(serialized: serialized.dropFirst(2))
        #expect(state.version == 2)
        var record = SessionRecord()
        record.updateCurrent(state)
        #expect(
            try record.hasUsableSession(meeting: .establishedWithPQXDH, now: Party.now) == false)
        #expect(
            try pair.bob.store.session(for: pair.alice.address)?
                .hasUsableSession(meeting: [.establishedWithPQXDH, .postQuantumRatchet], now: Party.now)
                == true)
    }
}

extension Pair {
    /// Makes both ends' sessions such as they were before the post-quantum ratchet.
    fileprivate mutating func forgetPostQuantumRatchets() throws {
        for (party, peer) in [(\Pair.alice, \Pair.bob), (\Pair.bob, \Pair.alice)] {
            let address = self[keyPath: peer].address
            try self[keyPath: party].changeSession(with: address) {
                $0.postQuantumRatchet = PostQuantumRatchet(serialized: SecretBytes([]))
            }
        }
    }
}
