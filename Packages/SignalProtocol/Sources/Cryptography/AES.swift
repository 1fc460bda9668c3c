/// AES-256 in CBC mode with PKCS7 padding.
public enum AESCBC {
    private static let blockByteCount = 16

    /// Pads and encrypts; key 32 bytes, IV 16. The result is 1 to 16 bytes longer than the plaintext.
    public static func encrypt(
        _ plaintext: [UInt8], key: UnsafeRawBufferPointer, iv: UnsafeRawBufferPointer
    ) -> [UInt8] {
        let cipher = Cipher(.cbc, .encrypt, key: key, iv: iv)
        return output(capacity: plaintext.count + blockByteCount) { output in
            let written = plaintext.withUnsafeBytes { cipher.update($0, to: output) }
            return written + (cipher.finish(to: output + written) ?? 0)
        }
    }

    /// Decrypts and removes the padding; nil if the length or the padding is wrong, without saying which.
    public static func decrypt(
        _ ciphertext: some RandomAccessCollection<UInt8>, key: UnsafeRawBufferPointer,
        iv: UnsafeRawBufferPointer
    ) -> [UInt8]? {
        guard !ciphertext.isEmpty, ciphertext.count.isMultiple(of: blockByteCount) else { return nil }
        let cipher = Cipher(.cbc, .decrypt, key: key, iv: iv)
        cipher.leavePadding()
        var plaintext = output(capacity: ciphertext.count) { output in
            withRawBytes(of: ciphertext) { cipher.update($0, to: output) }
        }
        guard let padding = paddingByteCount(plaintext.suffix(blockByteCount)) else { return nil }
        plaintext.removeLast(padding)
        return plaintext
    }

    /// The number of padding bytes in the last block; examines every byte, whatever its value.
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

/// AES-256-GCM with a random nonce. Shape: nonce (12 bytes), ciphertext, tag (16 bytes).
public enum AESGCM {
    private static let nonceByteCount = 12
    private static let tagByteCount = 16

    /// Encrypts `plaintext` under a fresh nonce and authenticates it together with `data`.
    public static func seal(
        _ plaintext: some Collection<UInt8>, key: SecretBytes, authenticating data: [UInt8]
    ) -> [UInt8] {
        withUnsafeTemporaryAllocation(byteCount: nonceByteCount, alignment: 1) { nonce in
            SecureRandom.fill(nonce)
            return seal(plaintext, key: key, nonce: UnsafeRawBufferPointer(nonce), authenticating: data)
        }
    }

    /// The same with a given nonce, which must never be used twice with the same key.
    public static func seal(
        _ plaintext: some Collection<UInt8>, key: SecretBytes, nonce: UnsafeRawBufferPointer,
        authenticating data: [UInt8]
    ) -> [UInt8] {
        let cipher = key.withUnsafeBytes { Cipher(.gcm, .encrypt, key: $0, iv: nonce) }
        data.withUnsafeBytes { cipher.authenticate($0) }
        return output(capacity: nonceByteCount + plaintext.count + tagByteCount) { output in
            UnsafeMutableRawBufferPointer(start: output, count: nonceByteCount).copyMemory(from: nonce)
            let start = output + nonceByteCount
            let written = withRawBytes(of: plaintext) { cipher.update($0, to: start) }
            _ = cipher.finish(to: start + written)
            cipher.readTag(to: start + written)
            return nonceByteCount + written + tagByteCount
        }
    }

    /// The plaintext; nil if `sealed` or `data` was altered.
    public static func open(_ sealed: some Collection<UInt8>, key: SecretBytes, authenticating data: [UInt8])
        -> [UInt8]?
    {
        withRawBytes(of: sealed) { sealed in
            let count = sealed.count - nonceByteCount - tagByteCount
            guard count >= 0 else { return nil }
            let nonce = UnsafeRawBufferPointer(rebasing: sealed[..<nonceByteCount])
            let ciphertext = UnsafeRawBufferPointer(rebasing: sealed[nonceByteCount..<nonceByteCount + count])
            let tag = UnsafeRawBufferPointer(rebasing: sealed[(nonceByteCount + count)...]).bindMemory(
                to: UInt8.self)
            let cipher = key.withUnsafeBytes { Cipher(.gcm, .decrypt, key: $0, iv: nonce) }
            data.withUnsafeBytes { cipher.authenticate($0) }
            if let tag = tag.baseAddress { cipher.expectTag(tag) }
            var isGenuine = false
            let plaintext = output(capacity: count) { output in
                let written = cipher.update(ciphertext, to: output)
                isGenuine = cipher.finish(to: output + written) != nil
                // Unauthenticated plaintext must not be left behind.
                if !isGenuine { wipe(UnsafeMutableRawBufferPointer(start: output, count: written)) }
                return written
            }
            return isGenuine ? plaintext : nil
        }
    }
}

/// An array filled by `body`, which returns the number of bytes written.
private func output(capacity: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) -> [UInt8] {
    // At least one byte, because an empty array has no address.
    Array(unsafeUninitializedCapacity: max(capacity, 1)) { output, initializedCount in
        guard let start = output.baseAddress else { return }
        initializedCount = body(start)
    }
}
