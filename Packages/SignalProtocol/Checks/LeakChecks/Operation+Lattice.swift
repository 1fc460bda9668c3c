import CMemcheck
import Cryptography

@testable import Lattice

extension ConstantTime.Operation {
    private static let kinds = [("ML-KEM-768", MLKEMParameters.mlkem768), ("ML-KEM-1024", .mlkem1024)]

    static var lattice: [Self] { sponges + polynomials + kinds.flatMap(keys) + split }

    private static var sponges: [Self] {
        [
            Self(name: "Keccak: SHA3-512 of a secret") {
                var sponge = Sponge(.sha3_512)
                sponge.absorb(secret(200))
                keep(sponge.secret(64))
            },
            Self(name: "Keccak: SHAKE256 of a secret") {
                var sponge = Sponge(.shake256)
                sponge.absorb(secret(33))
                keep(sponge.secret(136))
            },
            Self(name: "four Keccaks at once: small polynomials") {
                secret(32).withUnsafeBytes { keep(Polynomial.small(seed: $0, count: 12)) }
            },
        ]
    }

    private static var polynomials: [Self] {
        let compressions = [1, 4, 5, 10, 11].map { bits in
            Self(name: "polynomials: compressed to \(bits) bits and back") {
                let polynomial = reduced(secret(512))
                var bytes = [UInt8](repeating: 0, count: 32 * bits)
                bytes.withUnsafeMutableBytes { polynomial.writeCompressed(bits: bits, to: $0) }
                bytes.withUnsafeBytes { keep(Polynomial(compressed: $0, bits: bits)) }
            }
        }
        return [
            Self(name: "polynomials: sum, difference, reduction") {
                var polynomial = reduced(secret(512))
                polynomial.add(reduced(secret(512, from: 3)))
                polynomial.subtract(reduced(secret(512, from: 5)))
                polynomial.reduce()
                keep(polynomial)
            },
            Self(name: "polynomials: transform, product, inverse") {
                let (left, right) = (
                    Transform(reduced(secret(512))), Transform(reduced(secret(512, from: 9)))
                )
                var sum = ProductSum()
                sum.add(left, right)
                var product = sum.reduced
                product.scale()
                product.add(left)
                keep(product.inverse)
            },
            Self(name: "polynomials: 12 bits per number, and 16") {
                let polynomial = reduced(secret(512))
                var bytes = [UInt8](repeating: 0, count: 512)
                bytes.withUnsafeMutableBytes { polynomial.write(to: $0) }
                bytes.withUnsafeBytes { keep(Polynomial(bytes: $0)) }
                bytes.withUnsafeMutableBytes { polynomial.writeSigned(to: $0) }
                bytes.withUnsafeBytes { keep(Polynomial(signed: $0)) }
            },
        ] + compressions
    }

    private static func reduced(_ bytes: SecretBytes) -> Polynomial {
        bytes.withUnsafeBytes { Polynomial(signed: $0) }
    }

    private static func keys(_ name: String, _ parameters: MLKEMParameters) -> [Self] {
        func pair() -> MLKEMDecapsulationKey {
            guard let key = MLKEMDecapsulationKey(seed: SecretBytes([UInt8](1...64)), parameters: parameters)
            else {
                preconditionFailure("64 bytes are a seed")
            }
            return key
        }
        /// The secret halves ŝ and z of an expanded key become secret; what is between them is public.
        func secretPair() -> MLKEMDecapsulationKey {
            let key = pair()
            key.expanded.withUnsafeBytes { bytes in
                let vectorByteCount = key.encapsulationKey.bytes.count - 32
                memcheck_mark_secret(bytes.baseAddress, vectorByteCount)
                memcheck_mark_secret(bytes.baseAddress.map { $0 + bytes.count - 32 }, 32)
            }
            return key
        }
        return [
            Self(name: "\(name): key pair from a seed") {
                // The matrix is made from public bytes, by a number of draws that they decide.
                let seeds = secret(32).withUnsafeBytes { parameters.seeds(from: $0) }
                let matrixSeed = published(seeds.matrix.exposed)
                var key = [UInt8](repeating: 0, count: parameters.encapsulationKeyByteCount)
                keep(
                    SecretBytes(byteCount: parameters.keyVectorByteCount) { vector in
                        key.withUnsafeMutableBytes { key in
                            matrixSeed.withUnsafeBytes { matrixSeed in
                                seeds.noise.withUnsafeBytes {
                                    parameters.generate(
                                        matrixSeed: matrixSeed, noiseSeed: $0, encapsulationKey: key,
                                        secretVector: vector)
                                }
                            }
                        }
                    })
            },
            Self(name: "\(name): expanded key read") {
                let key = secretPair()
                keep(MLKEMDecapsulationKey(expanded: key.expanded, parameters: parameters))
            },
            Self(name: "\(name): encapsulation") {
                keep(pair().encapsulationKey.encapsulate(message: secret(32)))
            },
            Self(name: "\(name): decapsulation") {
                let ciphertext = pair().encapsulationKey.encapsulate(message: SecretBytes([UInt8](1...32)))
                    .ciphertext
                keep(secretPair().decapsulate(ciphertext))
            },
            Self(name: "\(name): decapsulation of a forged ciphertext") {
                keep(secretPair().decapsulate([UInt8](repeating: 3, count: parameters.ciphertextByteCount)))
            },
            Self(name: "\(name): Kyber's last step") {
                keep(
                    Kyber.secret(
                        from: secret(32),
                        ciphertext: [UInt8](repeating: 3, count: parameters.ciphertextByteCount)))
            },
        ]
    }

    private static var split: [Self] {
        func parts() -> (header: [UInt8], vector: [UInt8]) {
            guard
                let key = MLKEMDecapsulationKey(
                    seed: SecretBytes([UInt8](1...64)), parameters: SplitMLKEM.parameters)
            else { preconditionFailure("64 bytes are a seed") }
            return SplitMLKEM.split(key.encapsulationKey)
        }
        func state(isSwapped: Bool) -> SecretBytes {
            let step = SplitMLKEM.encapsulate(header: parts().header, message: SecretBytes([UInt8](1...32)))
            var bytes = step.pending.serialized.exposed
            if isSwapped {
                for offset in stride(from: 0, to: 2048, by: 2) { bytes.swapAt(offset, offset + 1) }
            }
            return marked(SecretBytes(bytes))
        }
        return [
            Self(name: "split ML-KEM: first step") {
                keep(SplitMLKEM.encapsulate(header: parts().header, message: secret(32)))
            }
        ]
            + [false, true].map { isSwapped in
                Self(name: "split ML-KEM: stored state, second step\(isSwapped ? ", swapped" : "")") {
                    let pending = state(isSwapped: isSwapped).withArray {
                        PendingEncapsulation(serialized: $0)
                    }
                    guard let pending else { preconditionFailure("a state was stored") }
                    keep(pending.secondCiphertext(vector: parts().vector))
                }
            }
    }
}
