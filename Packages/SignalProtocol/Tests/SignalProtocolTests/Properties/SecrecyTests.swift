import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

/// Nothing that holds a secret says it when it is printed.
struct SecrecyTests {
    @Test func secretsAreNotPrinted() throws {
        var pair = try Pair(seed: 600)
        let cipher = GroupCipher(sender: pair.alice.address)
        let id = try #require(DistributionID("d1d1d1d1-7000-11eb-b32a-33b8a8a487a6"))
        let distribution = try cipher.distributionMessage(
            for: id, in: &pair.alice.store, using: &pair.alice.random)
        let identity = pair.bob.store.identityKeyPair
        let preKey = try #require(pair.bob.store.preKey(id: Party.PreKeyID.oneTime))
        let signedPreKey = try #require(pair.bob.store.signedPreKey(id: Party.PreKeyID.signed))
        let kyber = try #require(pair.bob.store.kyberPreKey(id: Party.PreKeyID.kyber))
        let session = try #require(pair.alice.store.session(for: pair.bob.address))
        let state = try #require(try session.currentState())
        let secrets: [SecretBytes] = [
            identity.privateKey.scalar, try preKey.keyPair().privateKey.scalar,
            try signedPreKey.keyPair().privateKey.scalar,
            try kyber.keyPair().stored(in: .compact), try kyber.keyPair().stored(in: .official),
            state.rootKey.key, distribution.chainKey,
            try #require(state.sendingChain).chainKey.key,
        ]
        let values: [Any] = [
            identity, identity.privateKey, identity.keyPair, preKey, signedPreKey, kyber, try kyber.keyPair(),
            session,
            state,
            try #require(state.sendingChain), state.rootKey, distribution, pair.alice.store, pair.bob.store,
            try #require(pair.alice.store.senderKey(for: pair.alice.address, distributionID: id)),
            secrets[0],
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for text in [dumped, "\(value)", String(reflecting: value)] {
                for secret in secrets {
                    // Eight bytes in a row, as numbers or as hex.
                    let part = secret.exposed[1..<9]
                    #expect(!text.contains(part.map(String.init).joined(separator: ", ")))
                    #expect(!text.contains(part.map { "- \($0)\n" }.joined()))
                    #expect(!text.lowercased().contains(Array(part).hex))
                }
            }
        }
    }
}
