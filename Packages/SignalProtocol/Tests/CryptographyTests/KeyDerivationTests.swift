import VectorSupport
import Testing

@testable import Cryptography

struct KeyDerivationTests {
    /// RFC 4231, cases 1 to 4, 6 and 7: keys shorter and longer than a block.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](1...25), [UInt8](repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func codesOfTheStandard(key: [UInt8], message: [UInt8], code: String) {
        let key = SecretBytes(key)
        #expect(HMACSHA256.code(of: message, key: key).hex == code)
        #expect(HMACSHA256.isValid(HMACSHA256.code(of: message, key: key), of: message, key: key))
        var altered = HMACSHA256.code(of: message, key: key)
        for index in altered.indices {
            altered[index] ^= 0x80
            #expect(!HMACSHA256.isValid(altered, of: message, key: key))
            altered[index] ^= 0x80
        }
        #expect(!HMACSHA256.isValid(altered.dropLast(), of: message, key: key))
        #expect(!HMACSHA256.isValid([], of: message, key: key))
    }

    /// A key of one block is taken as it is, one byte more is hashed first.
    @Test func keysAroundABlock() {
        for count in [0, 1, 63, 64, 65, 200] {
            let key = [UInt8](repeating: 9, count: count)
            let block = (count > 64 ? SHA256.hash(key) : key)
            let padded = block + [UInt8](repeating: 0, count: 64 - block.count)
            let inner = SHA256.hash(padded.map { $0 ^ 0x36 } + [1, 2, 3])
            let expected = SHA256.hash(padded.map { $0 ^ 0x5C } + inner)
            #expect(HMACSHA256.code(of: [1, 2, 3], key: SecretBytes(key)) == expected, "\(count) bytes")
        }
        let key = SecretBytes([5])
        #expect(HMACSHA256.code(of: 7, key: key).exposed == HMACSHA256.code(of: [7], key: key))
    }

    /// RFC 5869, A.1 to A.3.
    @Test func derivationsOfTheStandard() throws {
        let ikm = SecretBytes([UInt8](repeating: 0x0B, count: 22))
        #expect(
            HKDFSHA256.derive(
                salt: SecretBytes([UInt8](0x00...0x0C)), secret: ikm, info: [UInt8](0xF0...0xF9),
                byteCount: 42
            ).exposed.hex
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
        #expect(
            HKDFSHA256.derive(
                salt: SecretBytes([UInt8](0x60...0xAF)), secret: SecretBytes([UInt8](0x00...0x4F)),
                info: [UInt8](0xB0...0xFF), byteCount: 82
            ).exposed.hex
                == "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")
        #expect(
            HKDFSHA256.derive(secret: ikm, info: [], byteCount: 42).exposed.hex
                == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")
    }

    @Test func outputsOfAllLengthsBeginAlike() {
        let secret = SecretBytes([1])
        let longest = HKDFSHA256.derive(secret: secret, info: [2], byteCount: 255 * 32).exposed
        for count in [0, 1, 31, 32, 33, 64, 255 * 32 - 1] {
            let derived = HKDFSHA256.derive(secret: secret, info: [2], byteCount: count).exposed
            #expect(derived.elementsEqual(longest.prefix(count)), "\(count) bytes")
        }
        #expect(
            HKDFSHA256.derive(
                salt: SecretBytes([UInt8](repeating: 0, count: 32)), secret: secret, info: [2], byteCount: 40)
                == HKDFSHA256.derive(secret: secret, info: [2], byteCount: 40))
    }

    /// RFC 7914, section 12, but for the one that takes a gigabyte.
    @Test func keysOfPassphrases() {
        func key(_ passphrase: String, _ salt: String, _ rounds: Int, _ blockSize: Int, _ parallelism: Int)
            -> String?
        {
            Scrypt.key(
                passphrase: Array(passphrase.utf8), salt: Array(salt.utf8), byteCount: 64, rounds: rounds,
                blockSize: blockSize, parallelism: parallelism)?.exposed.hex
        }
        #expect(
            key("", "", 16, 1, 1)
                == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
        #expect(
            key("password", "NaCl", 1024, 8, 16)
                == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")
        #expect(
            key("pleaseletmein", "SodiumChloride", 16384, 8, 1)
                == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")
    }

    /// Both sides of what it takes: powers of two from two on, and half a gigabyte.
    @Test func costsOutOfBoundsAreRejected() {
        func isTaken(_ rounds: Int, _ blockSize: Int, _ parallelism: Int) -> Bool {
            Scrypt.key(
                passphrase: [1], salt: [2], byteCount: 32, rounds: rounds, blockSize: blockSize,
                parallelism: parallelism) != nil
        }
        #expect(isTaken(2, 1, 1))
        for rounds in [-2, 0, 1, 3, 1 << 20, Int.max] { #expect(!isTaken(rounds, 8, 1), "N = \(rounds)") }
        for size in [-1, 0, 1 << 30, Int.max] {
            #expect(!isTaken(16, size, 1), "r = \(size)")
            #expect(!isTaken(16, 1, size), "p = \(size)")
        }
    }
}
