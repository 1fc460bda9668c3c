import COpenSSL
import VectorSupport
import Testing

@testable import Cryptography

struct HashTests {
    /// FIPS 180-4's examples, and the million letters of NIST's.
    @Test func knownMessagesHaveKnownHashes() {
        #expect(
            SHA256.hash([]).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            SHA256.hash("abc".utf8).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA512.hash("abc".utf8).hex
                == "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(
            SHA256.hash(letters).hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(
            SHA512.hash(letters).hex
                == "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                + "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b")
    }

    /// The functions beneath EVP against EVP, at every length around a block.
    @Test func hashesAreThoseOfEVP() {
        var random = SeededRandom(seed: 180)
        for count in 0..<300 {
            let message = random.bytes(count)
            #expect(SHA256.hash(message) == digest("SHA256", of: message), "\(count) bytes")
            #expect(SHA512.hash(message) == digest("SHA512", of: message), "\(count) bytes")
        }
    }

    @Test func piecesMakeNoDifferenceAndAFinishedHashBeginsAnew() {
        var random = SeededRandom(seed: 64)
        let message = random.bytes(1000)
        var hash = SHA256()
        for _ in 0..<2 {
            var rest = message[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 0...130, using: &random))
                hash.update(piece)
                rest = rest.dropFirst(piece.count)
            }
            #expect(hash.finish { Array($0) } == SHA256.hash(message))
        }
        #expect(hash.finish { Array($0) } == SHA256.hash([]))
    }

    @Test func aCopyGoesItsOwnWay() {
        var hash = SHA256()
        hash.update([1, 2, 3])
        var copy = hash.copy()
        copy.update([4])
        #expect(copy.finish { Array($0) } == SHA256.hash([1, 2, 3, 4]))
        #expect(hash.finish { Array($0) } == SHA256.hash([1, 2, 3]))
    }

    private func digest(_ name: String, of message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        var count = 0
        #expect(EVP_Q_digest(nil, name, nil, message, message.count, &digest, &count) == 1)
        return Array(digest.prefix(count))
    }
}
