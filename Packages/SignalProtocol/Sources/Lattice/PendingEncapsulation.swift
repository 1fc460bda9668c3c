public import Cryptography

/// The secret state between the two steps of a split encapsulation.
///
/// It is kept in its stored form and decoded only for the second step.
///
/// - Shape: 3 × 256 coefficients of ŷ, then 256 of e₂, each a signed 16-bit little-endian integer nearest to
///   zero, then the 32-byte message.
public struct PendingEncapsulation: Sendable, Equatable {
    /// The size of the stored form in bytes.
    public static let byteCount = 2080
    private static let numbersByteCount = 2048

    /// The stored form.
    public let serialized: SecretBytes

    init(noise: borrowing EncryptionNoise, message: SecretBytes) {
        let (mask, error) = (noise.mask, noise.scalarError)
        let numbers = SecretBytes(byteCount: Self.numbersByteCount) { output in
            for index in 0..<3 { mask[index].ordered.writeSigned(to: part(index, of: output, 512)) }
            error.writeSigned(to: part(3, of: output, 512))
        }
        serialized = SecretBytes(joining: numbers, message)
    }

    /// Reads the stored form, also with the bytes of each number swapped, as some libraries used to write it.
    ///
    /// Nil if the length is wrong.
    public init?(serialized: some Collection<UInt8>) {
        guard serialized.count == Self.byteCount else { return nil }
        self.serialized = SecretBytes(byteCount: Self.byteCount) { bytes in
            bytes.copyBytes(from: serialized)
            guard Self.isSwapped(bytes) else { return }
            for offset in stride(from: 0, to: Self.numbersByteCount, by: 2) {
                bytes.swapAt(offset, offset + 1)
            }
        }
    }

    /// The second part of the ciphertext, 128 bytes, for the vector of the encapsulation key, 1152 bytes.
    public func secondCiphertext(vector: [UInt8]) -> [UInt8] {
        precondition(vector.count == SplitMLKEM.vectorByteCount, "a vector is 1152 bytes")
        return wipingStack {
            serialized.withUnsafeBytes { serialized in
                var mask = Four(repeating: Transform())
                for index in 0..<3 {
                    mask[index] = Transform(ordered: Polynomial(signed: part(index, of: serialized, 512)))
                }
                var ciphertext = [UInt8](repeating: 0, count: SplitMLKEM.secondCiphertextByteCount)
                ciphertext.withUnsafeMutableBytes { output in
                    vector.withUnsafeBytes { vector in
                        SplitMLKEM.parameters.encryptScalar(
                            UnsafeRawBufferPointer(rebasing: serialized.suffix(32)), keyVector: vector,
                            mask: mask,
                            error: Polynomial(signed: part(3, of: serialized, 512)), to: output)
                    }
                }
                return ciphertext
            }
        }
    }

    /// e₂ is −2…2, so its first number other than 0 and −1 (which are the same both ways) shows the byte order.
    private static func isSwapped(_ serialized: UnsafeMutableRawBufferPointer) -> Bool {
        for offset in stride(from: numbersByteCount - 512, to: numbersByteCount, by: 2) {
            switch (serialized[offset], serialized[offset + 1]) {
            case (0, 0), (0xFF, 0xFF): continue
            case (0, 1), (0, 2), (0xFF, 0xFE): return true
            default: return false
            }
        }
        return false
    }
}
