import COpenSSL
import Foundation
import VectorSupport
import Testing

@testable import Cryptography

struct SecretBytesTests {
    @Test func nothingIsPrinted() {
        let secret = SecretBytes([UInt8](0xA0..<0xC0))
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(!text.contains("160") && !text.lowercased().contains("a0"), "\(text)")
        }
        #expect("\(secret)" == "32 secret bytes")
    }

    @Test func equalityLooksAtEveryByte() {
        let bytes = [UInt8](0..<40)
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            #expect(SecretBytes(bytes) != SecretBytes(other))
            #expect(!equalInConstantTime(bytes, other))
        }
        #expect(SecretBytes(bytes) == SecretBytes(bytes) && equalInConstantTime(bytes, bytes[...]))
        #expect(SecretBytes(bytes) != SecretBytes(bytes.dropLast()))
        #expect(SecretBytes([]) == SecretBytes([]) && equalInConstantTime([], []))
    }

    @Test func partsAreJoinedAndCut() {
        let joined = SecretBytes(joining: SecretBytes([1, 2]), SecretBytes([]), SecretBytes([3]))
        #expect(joined.exposed == [1, 2, 3] && joined.count == 3)
        #expect(joined.slice(1..<3).exposed == [2, 3])
        #expect(joined.slice(3..<3).exposed == [])
        #expect(SecretBytes(taking: [4, 5]).exposed == [4, 5])
        #expect(joined.withArray { $0.reversed() } == [3, 2, 1])
    }

    /// Read through the kernel after it was freed: without wiping, it would still be there.
    @Test func memoryIsWipedWithTheLastCopy() throws {
        let memory = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/mem"))
        var secret: SecretBytes? = SecretBytes([UInt8](repeating: 0x5E, count: 4096))
        var copy = secret
        let address = try #require(
            secret?.withUnsafeBytes { $0.baseAddress.map { UInt64(UInt(bitPattern: $0)) } })
        func count() throws -> Int {
            try memory.seek(toOffset: address)
            return try #require(try memory.read(upToCount: 4096)).count { $0 == 0x5E }
        }
        secret = nil
        #expect(try count() == 4096 && copy != nil)
        copy = nil
        #expect(try count() < 64 && copy == nil)
    }

    @Test func randomBytesComeFromTheGenerator() {
        struct Counter: RandomNumberGenerator {
            var value: UInt64 = 0x0807_0605_0403_0201
            mutating func next() -> UInt64 {
                defer { value &+= 0x0808_0808_0808_0808 }
                return value
            }
        }
        var counter = Counter()
        #expect(SecretBytes(byteCount: 19, using: &counter).exposed == [UInt8](1...19))
        var random = SecureRandom()
        let secrets = (0..<100).map { _ in SecretBytes(byteCount: 32, using: &random).exposed }
        #expect(Set(secrets).count == 100 && secrets.allSatisfy { $0.count == 32 })
        #expect(Set((0..<100).map { _ in random.next() }).count == 100)
        #expect(SecureRandom.bytes(0) == [] && SecureRandom.bytes(33).count == 33)
    }
}

/// TLS on the same thread asks the same queue whether something went wrong.
struct LibcryptoErrorTests {
    @Test func failuresLeaveNothingInTheQueue() {
        ERR_clear_error()
        #expect(
            Scrypt.key(passphrase: [], salt: [], byteCount: 32, rounds: 3, blockSize: 8, parallelism: 1)
                == nil)
        #expect(ERR_peek_error() == 0)
        #expect(
            Scrypt.key(passphrase: [], salt: [], byteCount: 32, rounds: 1 << 20, blockSize: 8, parallelism: 1)
                == nil)
        #expect(ERR_peek_error() == 0)
        let key = SecretBytes([UInt8](repeating: 1, count: 32))
        #expect(AESGCM.open([UInt8](repeating: 0, count: 40), key: key, authenticating: []) == nil)
        #expect(ERR_peek_error() == 0)
        #expect(
            key.withUnsafeBytes {
                AESCBC.decrypt([UInt8](repeating: 0, count: 32), key: $0, iv: .init(rebasing: $0[..<16]))
            } == nil)
        #expect(ERR_peek_error() == 0)
        // Without this the test could not fail: libcrypto does leave something when it is asked for too much memory.
        var output: UInt8 = 0
        #expect(EVP_PBE_scrypt(nil, 0, nil, 0, 1 << 20, 8, 1, 1, &output, 1) != 1)
        #expect(ERR_peek_error() != 0)
        ERR_clear_error()
    }
}
