import CSodium
import VectorSupport
import Testing

@testable import Cryptography

struct CurveTests {
    /// RFC 7748, section 6.1.
    @Test func agreementOfTheStandard() throws {
        let alice = SecretBytes(
            try #require([UInt8](hex: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")))
        let bob = SecretBytes(
            try #require([UInt8](hex: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")))
        let (ours, theirs) = (X25519.publicKey(of: alice), X25519.publicKey(of: bob))
        #expect(ours.hex == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        #expect(theirs.hex == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
        #expect(X25519.agreement(of: alice, with: theirs)?.exposed.hex == shared)
        #expect(X25519.agreement(of: bob, with: ours)?.exposed.hex == shared)
    }

    /// RFC 7748, section 5.2: the scalar of one round is the coordinate of the next.
    @Test func thousandRoundsOfTheStandard() throws {
        var scalar = SecretBytes([9] + [UInt8](repeating: 0, count: 31))
        var coordinate = scalar.exposed
        for round in 1...1000 {
            let next = try #require(X25519.agreement(of: scalar, with: coordinate))
            (scalar, coordinate) = (next, scalar.exposed)
            if round == 1 {
                #expect(
                    scalar.exposed.hex == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")
            }
        }
        #expect(scalar.exposed.hex == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51")
    }

    /// The way over the Edwards curve against the ladder, for scalars clamped and not, and at the ends of their range.
    @Test func publicKeysAreThoseOfTheLadder() {
        var random = SeededRandom(seed: 25519)
        let ends: [[UInt8]] = [
            [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xFF, count: 32),
            [1] + [UInt8](repeating: 0, count: 31), [0xF8] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        ]
        for scalar in ends + (0..<2000).map({ _ in random.bytes(32) }) {
            var ladder = [UInt8](repeating: 0, count: 32)
            #expect(crypto_scalarmult_base(&ladder, scalar) == 0)
            #expect(X25519.publicKey(of: SecretBytes(scalar)) == ladder, "\(scalar.hex)")
        }
    }

    /// The points whose order divides eight, in each encoding that there is room for.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func keysOfSmallOrderAreRejected(_ hex: String) throws {
        let key = try #require([UInt8](hex: hex))
        for top in [0, 0x80] as [UInt8] {
            let scalar = SecretBytes(randomByteCount: 32)
            #expect(X25519.agreement(of: scalar, with: key.dropLast() + [key[31] | top]) == nil)
        }
    }

    /// RFC 8032, section 7.1: tests 1 to 3.
    @Test(arguments: [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func signaturesOfTheStandard(key: String, message: String, signature: String) throws {
        let key = try #require([UInt8](hex: key))
        let message = try #require([UInt8](hex: message))
        var signature = try #require([UInt8](hex: signature))
        #expect(Ed25519.isValid(signature, for: message, publicKey: key))
        #expect(!Ed25519.isValid(signature, for: message + [0], publicKey: key))
        for bit in 0..<512 {
            signature[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!Ed25519.isValid(signature, for: message, publicKey: key), "bit \(bit)")
            signature[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        #expect(!Ed25519.isValid(signature.dropLast(), for: message, publicKey: key))
        #expect(!Ed25519.isValid(signature + [0], for: message, publicKey: key))
        #expect(!Ed25519.isValid(signature, for: message, publicKey: key.dropLast()))
    }

    /// The identity as key and nonce makes s = 0 valid for every message where small orders are taken.
    @Test func keysOfSmallOrderSignNothing() {
        let identity = [1] + [UInt8](repeating: 0, count: 31)
        let signature = identity + [UInt8](repeating: 0, count: 32)
        #expect(!Ed25519.isValid(signature, for: [1, 2, 3], publicKey: identity))
    }

    /// The arithmetic beneath XEdDSA: (a·b + c)·B by scalars is the same by points.
    @Test func scalarsFollowThePoints() throws {
        var random = SeededRandom(seed: 8032)
        for _ in 0..<50 {
            let (a, b, c) = (random.scalar(), random.scalar(), random.scalar())
            let sum = Edwards25519.product(a, b, plus: c)
            let point = try #require(Edwards25519.multiple(of: sum))
            let product = Edwards25519.product(a, b, plus: SecretBytes([UInt8](repeating: 0, count: 32)))
            let (left, right) = (
                try #require(Edwards25519.multiple(of: product)), try #require(Edwards25519.multiple(of: c))
            )
            var added = [UInt8](repeating: 0, count: 32)
            #expect(crypto_core_ed25519_add(&added, left, right) == 0)
            #expect(point == added && Edwards25519.isPrimeOrderPoint(point))
        }
        #expect(Edwards25519.multiple(of: SecretBytes([UInt8](repeating: 0, count: 32))) == nil)
        #expect(!Edwards25519.isPrimeOrderPoint([1] + [UInt8](repeating: 0, count: 31)))
        #expect(!Edwards25519.isPrimeOrderPoint([]))
    }
}

extension SeededRandom {
    /// A scalar below the group order.
    fileprivate mutating func scalar() -> SecretBytes {
        Edwards25519.scalar(reducing: SecretBytes(bytes(64)))
    }
}
