import Cryptography

@testable import SignalProtocol

extension ConstantTime.Operation {
    static var signatures: [Self] {
        [
            Self(name: "XEdDSA: signature") {
                guard let key = try? PrivateKey(rawRepresentation: [UInt8](1...32)) else { return }
                keep(marked(key.scalar))
                keep(key.signature(for: Array("message".utf8), nonce: secret(64)))
            },
            Self(name: "Edwards curve: scalars modulo the group order") {
                let scalar = Edwards25519.scalar(reducing: secret(64))
                keep(Edwards25519.product(scalar, secret(32), plus: scalar))
            },
        ]
    }

    static var hashes: [Self] {
        [
            Self(name: "HMAC and HKDF") {
                keep(HMACSHA256.code(of: [1, 2, 3] as [UInt8], key: secret(32)))
                keep(HKDFSHA256.derive(salt: secret(32), secret: secret(32), info: [1], byteCount: 96))
            },
            Self(name: "chain keys and message keys of both ratchets") {
                let chain = ChainKey(key: secret(32))
                keep(try? chain.next())
                keep(MessageKeys(seed: chain.messageSeed, postQuantumKey: secret(32)))
                var messages = MessageChain(key: secret(32))
                keep(try? messages.next())
                keep(EpochSecret(epoch: 1, sharedSecret: secret(32)))
            },
            Self(name: "comparison of codes") {
                let code = HMACSHA256.code(of: [1, 2, 3] as [UInt8], key: secret(32))
                keep(equalInConstantTime(code, [UInt8](repeating: 1, count: 32)))
                keep(
                    HMACSHA256.isValid([UInt8](repeating: 1, count: 32), of: [1] as [UInt8], key: secret(32)))
                keep(secret(32) == secret(32, from: 2))
            },
            Self(name: "code of a message") {
                let key = KeyPair(using: &generator).publicKey
                let macKey = [UInt8](1...32)
                let message = try? macKey.withUnsafeBytes { macKey in
                    try SignalMessage(
                        version: MessageVersion.pqxdh, ratchetKey: key, counter: 1, previousCounter: 0,
                        ciphertext: macKey.map { $0 }, postQuantumMessage: [], addresses: nil,
                        parties: MACParties(sender: key, receiver: key), macKey: macKey)
                }
                keep(
                    secret(32).withUnsafeBytes {
                        try? message?.hasValidMAC(parties: MACParties(sender: key, receiver: key), key: $0)
                    })
            },
        ]
    }

    nonisolated(unsafe) private static var generator = SecureRandom()

    /// What must not be done, done here to show that it would be found.
    static var controls: [Self] {
        [
            Self(name: "control: a branch on a secret bit", isLeaking: true) {
                secret(32).withUnsafeBytes { if $0[3] & 1 == 1 { keep("odd") } else { keep("even") } }
            },
            Self(name: "control: a table read at a secret place", isLeaking: true) {
                let table = (0...255).map { UInt8(truncatingIfNeeded: $0 &* $0 &+ 3) }
                secret(32).withUnsafeBytes { bytes in
                    keep(
                        table.withUnsafeBytes {
                            $0.loadUnaligned(fromByteOffset: Int(bytes[3]), as: UInt8.self)
                        })
                }
            },
            Self(name: "control: an ordinary comparison", isLeaking: true) {
                secret(32).withUnsafeBytes { keep($0.elementsEqual([UInt8](repeating: 1, count: 32))) }
            },
            Self(name: "control: a loop that stops at a secret byte", isLeaking: true) {
                secret(32).withUnsafeBytes { bytes in
                    var index = 0
                    while index < bytes.count, bytes[index] != 8 { index += 1 }
                    keep(index)
                }
            },
        ]
    }
}
