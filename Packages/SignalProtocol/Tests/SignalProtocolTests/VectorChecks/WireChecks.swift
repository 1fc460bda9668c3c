import Cryptography
import Foundation
import Testing
import VectorSupport

@testable import SignalProtocol

extension VectorKind {
    /// Messages, sound and broken.
    static let wire = VectorKind(
        "messages",
        [
            .kind("signal_message") { vector, _ in
                let macKey = try vector.bytes("mac_key")
                let parties = MACParties(
                    sender: try PublicKey(wire: vector.bytes("sender_identity")),
                    receiver: try PublicKey(wire: vector.bytes("receiver_identity")))
                let message = try SignalMessage(
                    version: vector.int("version"), ratchetKey: PublicKey(wire: vector.bytes("ratchet_key")),
                    counter: vector.int("counter"), previousCounter: vector.int("previous_counter"),
                    ciphertext: vector.bytes("ciphertext"), postQuantumMessage: vector.bytes("pq_ratchet"),
                    addresses: vector.bytesIfPresent("addresses"), parties: parties, macKey: macKey)
                #expect(try message.wire == vector.bytes("serialized"), "\(vector)")
                let parsed = try SignalMessage(wire: message.wire)
                #expect(try parsed.hasValidMAC(parties: parties, macKey: macKey), "\(vector)")
                #expect(try parsed.postQuantumMessage == vector.bytes("pq_ratchet"), "\(vector)")
                #expect(try parsed.addresses == vector.bytesIfPresent("addresses"), "\(vector)")
                #expect(try Array(parsed.ciphertext) == vector.bytes("ciphertext"), "\(vector)")
            },
            .kind("prekey_signal_message") { vector, file in
                let message = PreKeySignalMessage(
                    version: try vector.int("version"), registrationID: try vector.int("registration_id"),
                    preKeyID: vector.isNull("pre_key_id") ? nil : try vector.int("pre_key_id"),
                    signedPreKeyID: try vector.int("signed_pre_key_id"),
                    kyber: .init(
                        preKeyID: try vector.int("kyber_pre_key_id"),
                        ciphertext: try kyberCiphertext(vector, file)),
                    baseKey: try PublicKey(wire: vector.bytes("base_key")),
                    identityKey: try PublicKey(wire: vector.bytes("identity_key")),
                    message: try SignalMessage(wire: vector.bytes("message")))
                #expect(try message.wire.count == vector.int("length"), "\(vector)")
                #expect(try SHA256.hash(message.wire) == vector.bytes("sha256"), "\(vector)")
                let prefix = try vector.bytes("prefix")
                #expect(message.wire.starts(with: prefix), "\(vector)")
                let parsed = try PreKeySignalMessage(wire: message.wire)
                #expect(parsed.preKeyID == message.preKeyID && parsed.kyber == message.kyber, "\(vector)")
                #expect(parsed.registrationID == message.registrationID, "\(vector)")
            },
            .kind("sender_key_distribution_message") { vector, _ in
                let message = try SenderKeyDistributionMessage(wire: vector.bytes("serialized"))
                #expect(
                    try message.distributionID.description == vector.string("distribution_id"), "\(vector)")
                #expect(try message.chainID == vector.int("chain_id"), "\(vector)")
                #expect(try message.iteration == vector.int("iteration"), "\(vector)")
                #expect(try message.chainKey.exposed == vector.bytes("chain_key"), "\(vector)")
                #expect(try message.signingKey.wire == vector.bytes("signing_key"), "\(vector)")
                #expect(try message.wire == vector.bytes("serialized"), "\(vector)")
            },
            .kind("sender_key_message") { vector, _ in
                let chainKey = ChainKey(
                    key: try SecretBytes(vector.bytes("chain_key")), index: try vector.int("iteration"))
                #expect(try chainKey.messageSeed.exposed == vector.bytes("message_seed"), "\(vector)")
                #expect(try chainKey.next().key.exposed == vector.bytes("next_chain_key"), "\(vector)")
                let keys = GroupMessageKeys(seed: chainKey.messageSeed)
                #expect(try keys.iv.exposed == vector.bytes("iv"), "\(vector)")
                #expect(try keys.cipherKey.exposed == vector.bytes("cipher_key"), "\(vector)")
                let ciphertext = try keys.seal(Array(vector.string("plaintext_utf8").utf8))
                #expect(try ciphertext == vector.bytes("ciphertext"), "\(vector)")
                let signingKey = try PrivateKey(rawRepresentation: vector.bytes("signing_private"))
                var random = FixedRandom(try vector.bytes("signature_random"))
                let message = SenderKeyMessage(
                    distributionID: try #require(DistributionID(vector.string("distribution_id"))),
                    chainID: try vector.int("chain_id"), iteration: try vector.int("iteration"),
                    ciphertext: ciphertext, signingKey: signingKey, using: &random)
                #expect(try message.wire == vector.bytes("serialized"), "\(vector)")
                #expect(
                    try SenderKeyMessage(wire: message.wire).isSigned(by: signingKey.publicKey), "\(vector)")
            },
            .kind("plaintext_content") { vector, _ in
                let report = try DecryptionErrorMessage(wire: vector.bytes("decryption_error_message"))
                #expect(try report.wire == vector.bytes("decryption_error_message"), "\(vector)")
                let content = PlaintextContent(report)
                #expect(try content.body == vector.bytes("body"), "\(vector)")
                #expect(try content.wire == vector.bytes("serialized"), "\(vector)")
                #expect(try PlaintextContent(wire: content.wire).decryptionError() == report, "\(vector)")
            },
            reject("signal_message_reject") { _ = try SignalMessage(wire: $0) },
            reject("sender_key_message_reject") { _ = try SenderKeyMessage(wire: $0) },
            reject("sender_key_distribution_message_reject") {
                _ = try SenderKeyDistributionMessage(wire: $0)
            },
            reject("plaintext_content_reject") { _ = try PlaintextContent(wire: $0) },
        ])

    private static func reject(_ kind: String, _ parse: @escaping @Sendable ([UInt8]) throws -> Void)
        -> CaseCheck
    {
        .kind(kind) { vector, _ in
            let input = try vector.bytes("input")
            let fails = try vector.expectsError("error") { try parse(input) }
            #expect(fails, "\(vector)")
        }
    }

    /// The ciphertext in hex, or the one of `kem.json`, beside the file or among our own, that the case refers to.
    private static func kyberCiphertext(_ vector: VectorCase, _ file: VectorDocument) throws -> [UInt8] {
        if let bytes = try? vector.bytes("kyber_ciphertext") { return bytes }
        let beside = file.folder?.appending(path: "kem.json")
        let kem = try beside.flatMap { try? VectorDocument($0) } ?? VectorDocument.own("kem.json")
        let first = try kem.root.cases("vectors").first { try $0.string("kind") == "encapsulate" }
        return [0x08] + (try #require(first, "kem.json has no encapsulation").base64("ciphertext_base64"))
    }
}

extension SignalMessage {
    init(
        version: UInt8, ratchetKey: PublicKey, counter: UInt32, previousCounter: UInt32, ciphertext: [UInt8],
        postQuantumMessage: [UInt8], addresses: [UInt8]?, parties: MACParties, macKey: [UInt8]
    ) throws {
        // A failure must leave the closure as a value: the array's own method does not rethrow typed errors.
        self = try macKey.withUnsafeBytes { macKey in
            Result {
                try SignalMessage(
                    version: version, ratchetKey: ratchetKey, counter: counter,
                    previousCounter: previousCounter,
                    ciphertext: ciphertext, postQuantumMessage: postQuantumMessage, addresses: addresses,
                    parties: parties, macKey: macKey)
            }
        }.get()
    }

    func hasValidMAC(parties: MACParties, macKey: [UInt8]) throws -> Bool {
        try macKey.withUnsafeBytes { key in Result { try hasValidMAC(parties: parties, key: key) } }.get()
    }
}
