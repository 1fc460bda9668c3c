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
            let mask = Self.swapMask(bytes)
            for offset in stride(from: 0, to: Self.numbersByteCount, by: 2) {
                let number = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                let swapped = number ^ (mask & (number ^ number.byteSwapped))
                bytes.storeBytes(of: swapped, toByteOffset: offset, as: UInt16.self)
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

    /// All ones if the bytes of the numbers are swapped, otherwise zero: e₂ is −2…2, so it makes sense in one order only.
    ///
    /// The numbers are secret. All of them are looked at, and none is branched on.
    private static func swapMask(_ serialized: UnsafeMutableRawBufferPointer) -> UInt16 {
        var (excess, swappedExcess): (UInt16, UInt16) = (0, 0)
        for offset in stride(from: numbersByteCount - 512, to: numbersByteCount, by: 2) {
            let number = UInt16(
                littleEndian: serialized.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            excess |= (number &+ 2) & ~7
            swappedExcess |= (number.byteSwapped &+ 2) & ~7
        }
        return mask(of: excess) & ~mask(of: swappedExcess)
    }

    /// All ones for any number but zero.
    private static func mask(of number: UInt16) -> UInt16 {
        UInt16(truncatingIfNeeded: (0 &- UInt32(number)) &>> 16)
    }
}
