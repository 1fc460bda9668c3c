import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// The official form is the one that everybody reads, the compact one is ours. Both are read, and hold the same session.
struct StoredFormTests {
    /// Through all states of the post-quantum ratchet, and with archived sessions in each of them.
    @Test func recordsInBothFormsAreTheSameSession() throws {
        var pair = try Pair(acquainted: 901)
        var phases: Set<String> = []
        var seedCount = 0
        for round in 0..<230 {
            _ = try pair.sendToBob("\(round)")
            // A talks twice as much, so that the rarer states are met.
            if round.isMultiple(of: 2) { _ = try pair.sendToAlice("\(round)") }
            if [15, 40, 75].contains(round) {
                let bundle = try pair.bob.makeBundle(
                    oneTimePreKeyID: UInt32(round), signedPreKeyID: UInt32(round),
                    kyberPreKeyID: UInt32(round))
                try pair.alice.process(bundle, of: pair.bob.address)
                _ = try pair.sendToBob("anew")
                _ = try pair.sendToAlice("anew")
            }
            for (party, peer) in [(\Pair.alice, pair.bob.address), (\Pair.bob, pair.alice.address)] {
                let record = try #require(pair[keyPath: party].store.session(for: peer))
                let (official, compact) = (record.serialized, record.compactForm)
                if let state = record.usableState, let ratchet = try? state.postQuantumRatchet.loaded() {
                    phases.insert(ratchet.vectorName)
                }
                #expect(seeds(in: official) == 0, "round \(round)")
                seedCount += seeds(in: compact)
                let (restored, small) = (
                    try SessionRecord(serialized: official), try SessionRecord(serialized: compact)
                )
                #expect(restored.serialized == official, "round \(round)")
                #expect(small.compactForm == compact, "round \(round)")
                #expect(small.serialized == official, "round \(round)")
                #expect(restored == record && small == record, "round \(round)")
                // The conversation goes on from one or the other.
                pair[keyPath: party].store.storeSession(round.isMultiple(of: 3) ? restored : small, for: peer)
            }
        }
        #expect(Set(phases.map { $0.prefix { $0 != "/" } }).count >= 8)
        #expect(seedCount > 5)
    }

    /// Seeds in the sessions of a record, the archived ones included.
    private func seeds(in record: [UInt8]) -> Int {
        record.withUnsafeBytes { bytes in
            var (scanner, count) = (ProtobufScanner(bytes), 0)
            while let state = scanner.next() {
                let ratchet = ProtobufScanner.field(15, of: state.bytes)
                if let ratchet, SPQRState.hasSeed(serialized: ratchet) { count += 1 }
            }
            return count
        }
    }

    @Test func kyberPreKeysInBothFormsAreTheSameKey() throws {
        var random = SeededRandom(seed: 902)
        let identity = IdentityKeyPair(using: &random)
        for isLastResort in [false, true] {
            let record = KyberPreKeyRecord(
                id: 5, signedBy: identity, createdAt: Party.now, isLastResort: isLastResort, using: &random)
            let official = try PreKeyFields(serialized: record.serialized)
            #expect(official.secretKey.count == 3169 && !official.isLastResort)
            #expect(try PreKeyFields(serialized: record.compactForm).secretKey.count == 65)

            let small = try KyberPreKeyRecord(serialized: record.compactForm)
            #expect(small == record && small.isLastResort == isLastResort)
            #expect(small.serialized == record.serialized && small.compactForm == record.compactForm)
            var restored = try KyberPreKeyRecord(serialized: record.serialized)
            #expect(!restored.isLastResort)
            restored.isLastResort = isLastResort
            #expect(restored == record && restored.serialized == record.serialized)

            let (secret, ciphertext) = try record.publicKey().encapsulate()
            for record in [record, small, restored] {
                #expect(try record.keyPair().decapsulate(ciphertext) == secret)
            }
        }
    }

    /// What was stored before there were two forms is the compact form.
    @Test func recordsOfEarlierVersionsAreRead() throws {
        var random = SeededRandom(seed: 903)
        let identity = IdentityKeyPair(using: &random)
        let pair = KEMKeyPair(using: &random)
        let signature = identity.privateKey.signature(for: pair.publicKey.wire, using: &random)
        let earlier = PreKeyFields(
            id: 9, publicKey: pair.publicKey.wire, secretKey: pair.stored(in: .compact), signature: signature,
            timestamp: 1
        ).serialized
        let record = try KyberPreKeyRecord(serialized: earlier)
        #expect(record.compactForm == earlier)
        #expect(try record.keyPair().secretKey == pair.secretKey)
    }
}
