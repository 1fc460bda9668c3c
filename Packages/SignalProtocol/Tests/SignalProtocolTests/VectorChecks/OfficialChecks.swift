import Cryptography
import SessionSupport
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Files that the official library itself made, through a public interoperability suite.
    static let officialKinds: [VectorKind] = [
        officialCurve, officialFingerprints, officialMessages, officialDerivations,
    ]

    private static let officialCurve = VectorKind(
        "official curve", list: "cases",
        [
            .kind("xeddsa", key: "op") { vector, _ in
                let key = try PrivateKey(rawRepresentation: vector.bytes("private_key"))
                let message = try vector.bytes("message")
                let signature = try vector.bytes("signature")
                #expect(try key.publicKey.wire == vector.bytes("public_key"), "\(vector)")
                #expect(
                    try key.signature(for: message, nonce: SecretBytes(vector.bytes("nonce"))) == signature,
                    "\(vector)")
                #expect(
                    try key.publicKey.isValidSignature(signature, for: message) == vector.bool("verified"),
                    "\(vector)")
            },
            .kind("ecdh", key: "op") { vector, _ in
                let ours = try PrivateKey(rawRepresentation: vector.bytes("a_private"))
                let theirs = try PrivateKey(rawRepresentation: vector.bytes("b_private"))
                #expect(try ours.publicKey.wire == vector.bytes("a_public"), "\(vector)")
                #expect(try theirs.publicKey.wire == vector.bytes("b_public"), "\(vector)")
                let secret = try SecretBytes(vector.bytes("shared"))
                let isShared =
                    try ours.agreement(with: theirs.publicKey) == secret
                    && theirs.agreement(with: ours.publicKey) == secret
                #expect(try isShared == vector.bool("shared_matches"), "\(vector)")
            },
        ])

    private static let officialFingerprints = VectorKind(
        "official safety numbers", list: "cases",
        [
            .fields("display", "scannable", "local_key", "remote_key") { vector, _ in
                let local = Fingerprint.Party(
                    identifier: Array(try vector.string("local_id").utf8),
                    identityKey: try PublicKey(wire: vector.bytes("local_key")))
                let remote = Fingerprint.Party(
                    identifier: Array(try vector.string("remote_id").utf8),
                    identityKey: try PublicKey(wire: vector.bytes("remote_key")))
                let fingerprint = try Fingerprint(
                    version: vector.int("version"), iterationCount: vector.int("iterations"), local: local,
                    remote: remote)
                #expect(try fingerprint.displayable == vector.string("display"), "\(vector)")
                #expect(try fingerprint.scannable.serialized == vector.bytes("scannable"), "\(vector)")
            }
        ])

    private static let officialMessages = VectorKind(
        "official messages", list: "cases",
        [
            .kind("signal_message", key: "type") { vector, _ in
                let macKey = try vector.bytes("mac_key")
                let parties = MACParties(
                    sender: try PublicKey(wire: vector.bytes("sender_identity")),
                    receiver: try PublicKey(wire: vector.bytes("receiver_identity")))
                let message = try SignalMessage(
                    version: MessageVersion.pqxdh, ratchetKey: PublicKey(wire: vector.bytes("ratchet_key")),
                    counter: vector.int("counter"), previousCounter: vector.int("previous_counter"),
                    ciphertext: vector.bytes("ciphertext"), postQuantumMessage: [], addresses: nil,
                    parties: parties, macKey: macKey)
                #expect(try message.wire == vector.bytes("serialized"), "\(vector)")
                let parsed = try SignalMessage(wire: vector.bytes("serialized"))
                #expect(try parsed.hasValidMAC(parties: parties, macKey: macKey), "\(vector)")
            },
            .kind("prekey_signal_message", key: "type") { vector, _ in
                let message = try PreKeySignalMessage(wire: vector.bytes("serialized"))
                #expect(try message.preKeyID == vector.int("pre_key_id"), "\(vector)")
                #expect(try message.signedPreKeyID == vector.int("signed_pre_key_id"), "\(vector)")
                #expect(try message.registrationID == vector.int("registration_id"), "\(vector)")
                #expect(try message.baseKey.wire == vector.bytes("base_key"), "\(vector)")
                #expect(try message.kyber?.preKeyID == vector.int("kyber_pre_key_id"), "\(vector)")
                #expect(try message.kyber?.ciphertext == vector.bytes("kyber_ciphertext"), "\(vector)")
                let rewritten = PreKeySignalMessage(
                    version: message.version, registrationID: message.registrationID,
                    preKeyID: message.preKeyID,
                    signedPreKeyID: message.signedPreKeyID, kyber: message.kyber, baseKey: message.baseKey,
                    identityKey: message.identityKey, message: message.message)
                #expect(rewritten.wire == message.wire, "\(vector)")
            },
            .kind("sender_key_message", key: "type") { vector, _ in
                let signingKey = try PrivateKey(rawRepresentation: vector.bytes("signing_private"))
                #expect(try signingKey.publicKey.wire == vector.bytes("signing_public"), "\(vector)")
                var random = FixedRandom(try vector.bytes("nonce"))
                let message = SenderKeyMessage(
                    distributionID: try #require(DistributionID(vector.string("distribution_id"))),
                    chainID: try vector.int("chain_id"), iteration: try vector.int("iteration"),
                    ciphertext: try vector.bytes("ciphertext"), signingKey: signingKey, using: &random)
                #expect(try message.wire == vector.bytes("serialized"), "\(vector)")
                let parsed = try SenderKeyMessage(wire: vector.bytes("serialized"))
                #expect(parsed.isSigned(by: signingKey.publicKey), "\(vector)")
            },
            .kind("sender_key_distribution_message", key: "type") { vector, _ in
                let message = SenderKeyDistributionMessage(
                    distributionID: try #require(DistributionID(vector.string("distribution_id"))),
                    chainID: try vector.int("chain_id"), iteration: try vector.int("iteration"),
                    chainKey: try SecretBytes(vector.bytes("chain_key")),
                    signingKey: try PublicKey(wire: vector.bytes("signing_public")))
                #expect(try message.wire == vector.bytes("serialized"), "\(vector)")
                let parsed = try SenderKeyDistributionMessage(wire: vector.bytes("serialized"))
                #expect(parsed.wire == message.wire, "\(vector)")
            },
        ])

    private static let derivationChecks: [String: @Sendable (VectorCase) throws -> Void] = [
        "chain-key": { vector in
            let chainKey = ChainKey(key: try SecretBytes(vector.bytes("chain_key")))
            #expect(try chainKey.next().key.exposed == vector.bytes("next_chain_key"), "\(vector)")
        },
        "message-keys": { vector in
            let chainKey = ChainKey(key: try SecretBytes(vector.bytes("chain_key")))
            try expect(MessageKeys(seed: chainKey.messageSeed, postQuantumKey: nil), vector)
        },
        "root-key": { vector in
            let ours = try PrivateKey(rawRepresentation: vector.bytes("our_private"))
            let theirs = try PublicKey(wire: vector.bytes("their_public"))
            #expect(try ours.agreement(with: theirs).exposed == vector.bytes("dh_output"), "\(vector)")
            let step = try RootKey(key: SecretBytes(vector.bytes("root_key"))).step(
                ours: ours, theirs: theirs)
            #expect(try step.rootKey.key.exposed == vector.bytes("next_root_key"), "\(vector)")
            #expect(try step.chainKey.key.exposed == vector.bytes("chain_key"), "\(vector)")
        },
        "pqxdh-secret": { vector in
            let agreements = try ["dh1", "dh2", "dh3", "dh4"].compactMap { name in
                try vector.bytesIfPresent(name).map { SecretBytes($0) }
            }
            let kemSecret = try SecretBytes(vector.bytes("kyber_shared_secret"))
            let input = InitialSecrets.input(agreements: agreements, kemSecret: kemSecret)
            #expect(try input.exposed == vector.bytes("secret_input"), "\(vector)")
            let secrets = InitialSecrets(agreements: agreements, kemSecret: kemSecret)
            #expect(try secrets.rootKey.key.exposed == vector.bytes("root_key"), "\(vector)")
            #expect(try secrets.chainKey.key.exposed == vector.bytes("chain_key"), "\(vector)")
            #expect(try secrets.postQuantumKey.exposed == vector.bytes("pqr_key"), "\(vector)")
            _ = try KEMCiphertext(wire: vector.bytes("kyber_ciphertext"))
        },
    ]

    private static let officialDerivations = VectorKind("official derivations") { file in
        guard let domains = try? file.root.object("subdomains").fields else { return false }
        return !domains.isEmpty && domains.keys.allSatisfy { derivationChecks[$0] != nil }
    } check: { file in
        let domains = try file.root.object("subdomains")
        return try domains.fields.keys.sorted().reduce(0) { count, name in
            let cases = try domains.cases(name)
            for vector in cases { try derivationChecks[name]?(vector) }
            return count + cases.count
        }
    }
}
