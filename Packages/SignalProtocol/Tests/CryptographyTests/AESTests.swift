import VectorSupport
import Testing

@testable import Cryptography

struct AESTests {
    private let key = [UInt8](hex: "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4") ?? []
    private let iv = [UInt8](0...15)

    private func encrypt(_ bytes: [UInt8]) -> [UInt8] {
        key.withUnsafeBytes { key in iv.withUnsafeBytes { AESCBC.encrypt(bytes, key: key, iv: $0) } }
    }

    private func decrypt(_ bytes: [UInt8]) -> [UInt8]? {
        key.withUnsafeBytes { key in iv.withUnsafeBytes { AESCBC.decrypt(bytes, key: key, iv: $0) } }
    }

    /// NIST SP 800-38A, F.2.5.
    @Test func blocksAreThoseOfTheStandard() throws {
        let plaintext = try #require(
            [UInt8](
                hex: "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                    + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"))
        #expect(
            Array(encrypt(plaintext).prefix(64)).hex
                == "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
                + "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b")
        #expect(decrypt(encrypt(plaintext)) == plaintext)
    }

    @Test func everyLengthComesBackPadded() {
        var random = SeededRandom(seed: 16)
        for count in Array(0...65) + [4095, 4096, 100_000] {
            let plaintext = random.bytes(count)
            let ciphertext = encrypt(plaintext)
            #expect(ciphertext.count == (count / 16 + 1) * 16)
            #expect(decrypt(ciphertext) == plaintext, "\(count) bytes")
        }
    }

    /// Every padding that a block may end with: only the right ones open, and nothing tells why the others do not.
    @Test func onlySoundPaddingOpens() {
        for length in 0...255 {
            for count in Set([length, length - 1, 1]).intersection(1...16) {
                var block = [UInt8](repeating: 0xFF, count: 16)
                block.replaceSubrange(16 - count..<16, with: [UInt8](repeating: UInt8(length), count: count))
                // A second block of padding lets CBC's own encryption carry any first block.
                let ciphertext = Array(encrypt(block).prefix(16))
                let isSound = (1...16).contains(length) && count == length
                #expect(
                    decrypt(ciphertext) == (isSound ? Array(block.dropLast(length)) : nil),
                    "\(length), \(count)")
            }
        }
        for count in [0, 1, 15, 17, 31] { #expect(decrypt([UInt8](repeating: 1, count: count)) == nil) }
    }

    /// The GCM specification's test cases 13, 14 and 16.
    @Test func sealedAreThoseOfTheStandard() throws {
        let zeroes = SecretBytes([UInt8](repeating: 0, count: 32))
        let nonce = [UInt8](repeating: 0, count: 12)
        func seal(_ plaintext: [UInt8], _ key: SecretBytes, _ nonce: [UInt8], _ data: [UInt8]) -> String {
            let sealed = nonce.withUnsafeBytes {
                AESGCM.seal(plaintext, key: key, nonce: $0, authenticating: data)
            }
            return Array(sealed.dropFirst(12)).hex
        }
        #expect(seal([], zeroes, nonce, []) == "530f8afbc74536b9a963b4f1c4cb738b")
        #expect(
            seal([UInt8](repeating: 0, count: 16), zeroes, nonce, [])
                == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
        let key = try #require(
            [UInt8](hex: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
        #expect(
            seal(
                try #require(
                    [UInt8](
                        hex: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")),
                SecretBytes(key), try #require([UInt8](hex: "cafebabefacedbaddecaf888")),
                try #require([UInt8](hex: "feedfacedeadbeeffeedfacedeadbeefabaddad2")))
                == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b")
    }

    @Test func whatWasSealedOpensUnlessAnyBitChanged() {
        let key = SecretBytes(key)
        for count in [0, 1, 15, 16, 17, 1000] {
            let plaintext = [UInt8](repeating: 3, count: count)
            var sealed = AESGCM.seal(plaintext, key: key, authenticating: [1, 2])
            #expect(sealed.count == 12 + count + 16)
            #expect(AESGCM.open(sealed, key: key, authenticating: [1, 2]) == plaintext)
            #expect(AESGCM.open(sealed, key: key, authenticating: [1]) == nil)
            #expect(
                AESGCM.open(
                    sealed, key: SecretBytes([UInt8](repeating: 0, count: 32)), authenticating: [1, 2]) == nil
            )
            for index in Set([0, 11, 12, 12 + count / 2, sealed.count - 16, sealed.count - 1]) {
                sealed[index] ^= 1
                #expect(
                    AESGCM.open(sealed, key: key, authenticating: [1, 2]) == nil, "byte \(index) of \(count)")
                sealed[index] ^= 1
            }
            #expect(AESGCM.open(sealed.dropLast(), key: key, authenticating: [1, 2]) == nil)
            #expect(AESGCM.open(sealed.prefix(27), key: key, authenticating: [1, 2]) == nil)
            #expect(AESGCM.open([], key: key, authenticating: [1, 2]) == nil)
        }
    }

    @Test func noncesAreFresh() {
        let key = SecretBytes(key)
        let nonces = (0..<100).map { _ in AESGCM.seal([1], key: key, authenticating: []).prefix(12) }
        #expect(Set(nonces).count == 100)
    }
}
