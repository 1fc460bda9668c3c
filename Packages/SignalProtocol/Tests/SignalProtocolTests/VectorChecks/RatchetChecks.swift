import Cryptography
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Chain keys, message keys, root keys.
    static let ratchet = VectorKind(
        "ratchet",
        [
            .kind("chain_key") { vector, _ in
                let chainKey = ChainKey(
                    key: try SecretBytes(vector.bytes("chain_key")), index: try vector.int("index"))
                #expect(try chainKey.messageSeed.exposed == vector.bytes("message_seed"), "\(vector)")
                let postQuantumKey = try vector.bytesIfPresent("pq_key").map { SecretBytes($0) }
                try expect(MessageKeys(seed: chainKey.messageSeed, postQuantumKey: postQuantumKey), vector)
                guard vector.has("next_chain_key") else { return }
                let next = ChainKey(
                    key: try SecretBytes(vector.bytes("next_chain_key")), index: try vector.int("next_index"))
                #expect(try chainKey.next() == next, "\(vector)")
            },
            .kind("root_step") { vector, _ in
                let ours = try PrivateKey(rawRepresentation: vector.bytes("our_private"))
                let theirs = try PublicKey(rawRepresentation: vector.bytes("their_public"))
                #expect(try ours.agreement(with: theirs).exposed == vector.bytes("dh"), "\(vector)")
                let step = try RootKey(key: SecretBytes(vector.bytes("root_key"))).step(
                    ours: ours, theirs: theirs)
                #expect(try step.rootKey.key.exposed == vector.bytes("new_root_key"), "\(vector)")
                #expect(
                    try step.chainKey == ChainKey(key: SecretBytes(vector.bytes("chain_key"))), "\(vector)")
            },
        ])

    /// The secrets of a new session, at both ends.
    static let pqxdh = VectorKind(
        "PQXDH",
        [
            .fields("alice_identity_private", "bob_signed_prekey_private", "pqr_key") { vector, _ in
                let alice = try keyPair("alice_identity", vector)
                let base = try keyPair("alice_base", vector)
                let bob = try keyPair("bob_identity", vector)
                let signed = try keyPair("bob_signed_prekey", vector)
                var sent = [
                    try alice.privateKey.agreement(with: signed.publicKey),
                    try base.privateKey.agreement(with: bob.publicKey),
                    try base.privateKey.agreement(with: signed.publicKey),
                ]
                var received = [
                    try signed.privateKey.agreement(with: alice.publicKey),
                    try bob.privateKey.agreement(with: base.publicKey),
                    try signed.privateKey.agreement(with: base.publicKey),
                ]
                if !vector.isNull("bob_one_time_prekey_private") {
                    let oneTime = try keyPair("bob_one_time_prekey", vector)
                    sent.append(try base.privateKey.agreement(with: oneTime.publicKey))
                    received.append(try oneTime.privateKey.agreement(with: base.publicKey))
                }
                #expect(sent == received, "\(vector)")
                let kemSecret = try SecretBytes(vector.bytes("kyber_shared_secret"))
                let input = InitialSecrets.input(agreements: sent, kemSecret: kemSecret)
                #expect(try input.exposed == vector.bytes("secret_input"), "\(vector)")
                let secrets = InitialSecrets(agreements: sent, kemSecret: kemSecret)
                #expect(try secrets.rootKey.key.exposed == vector.bytes("root_key"), "\(vector)")
                #expect(try secrets.chainKey.key.exposed == vector.bytes("chain_key"), "\(vector)")
                #expect(try secrets.postQuantumKey.exposed == vector.bytes("pqr_key"), "\(vector)")

                let ratchet = try keyPair("alice_first_ratchet", vector)
                let step = try secrets.rootKey.step(ours: ratchet.privateKey, theirs: signed.publicKey)
                #expect(
                    try step.rootKey.key.exposed == vector.bytes("root_key_after_alice_sending_step"),
                    "\(vector)")
                #expect(try step.chainKey.key.exposed == vector.bytes("alice_sending_chain_key"), "\(vector)")
            }
        ])

    static func expect(_ keys: MessageKeys, _ vector: VectorCase) throws {
        #expect(try keys.cipherKey.exposed == vector.bytes("cipher_key"), "\(vector)")
        #expect(try keys.macKey.exposed == vector.bytes("mac_key"), "\(vector)")
        #expect(try keys.iv.exposed == vector.bytes("iv"), "\(vector)")
    }

    private static func keyPair(_ name: String, _ vector: VectorCase) throws -> KeyPair {
        let pair = KeyPair(try PrivateKey(rawRepresentation: vector.bytes(name + "_private")))
        #expect(try pair.publicKey.rawRepresentation == vector.bytes(name + "_public"), "\(vector), \(name)")
        return pair
    }
}
