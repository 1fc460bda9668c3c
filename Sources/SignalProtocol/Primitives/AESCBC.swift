import Crypto
import CryptoExtras

/// AES-256 in CBC mode with PKCS7 padding.
enum AESCBC {
    static let blockByteCount = 16
    static let keyByteCount = 32

    /// Pads and encrypts.
    ///
    /// - Parameters:
    ///   - plaintext: Any number of bytes.
    ///   - key: 32 bytes.
    ///   - iv: 16 bytes.
    /// - Returns: 1 to 16 bytes more than the plaintext has.
    /// - Throws: If key or IV have another size.
    static func encrypt(
        _ plaintext: [UInt8], key: UnsafeRawBufferPointer, iv: UnsafeRawBufferPointer
    ) throws -> [UInt8] {
        let sealed = try AES._CBC.encrypt(
            plaintext, using: SymmetricKey(data: key), iv: AES._CBC.IV(ivBytes: iv))
        return Array(sealed)
    }

    /// Decrypts and takes the padding off.
    ///
    /// - Parameters:
    ///   - ciphertext: A multiple of 16 bytes, not zero.
    ///   - key: 32 bytes.
    ///   - iv: 16 bytes.
    /// - Returns: The plaintext, or nothing if length or padding is wrong: which of them is not told.
    static func decrypt(
        _ ciphertext: some RandomAccessCollection<UInt8>, key: UnsafeRawBufferPointer,
        iv: UnsafeRawBufferPointer
    ) -> [UInt8]? {
        guard !ciphertext.isEmpty, ciphertext.count.isMultiple(of: blockByteCount),
            let iv = try? AES._CBC.IV(ivBytes: iv),
            let padded = try? AES._CBC.decrypt(
                Array(ciphertext), using: SymmetricKey(data: key), iv: iv, noPadding: true)
        else { return nil }
        var plaintext = Array(padded)
        guard let padding = paddingByteCount(plaintext.suffix(blockByteCount)) else { return nil }
        plaintext.removeLast(padding)
        return plaintext
    }

    /// How many bytes of the last block are padding, looking at every byte of it whatever it holds.
    private static func paddingByteCount(_ block: ArraySlice<UInt8>) -> Int? {
        guard let last = block.last else { return nil }
        var wrong: UInt8 = last == 0 || last > UInt8(blockByteCount) ? 1 : 0
        for (distance, byte) in block.reversed().enumerated() {
            let isPadding: UInt8 = distance < Int(last) ? 0xFF : 0
            wrong |= isPadding & (byte ^ last)
        }
        return wrong == 0 ? Int(last) : nil
    }
}
