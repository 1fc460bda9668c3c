import COpenSSL
import Cryptography
import VectorSupport
import Testing

@testable import Lattice

struct SpongeTests {
    /// NIST's example values for FIPS 202, and the empty message of the SHA-3 validation suite.
    @Test func emptyMessageHasKnownOutputs() {
        #expect(
            Sponge.sha3_256([]).hex
                == "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")
        #expect(
            output(of: .sha3_512, [], count: 64).hex
                == "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
                + "15b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26")
        #expect(
            output(of: .shake256, [], count: 32).hex
                == "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f")
        #expect(
            output(of: .shake128, [], count: 32).hex
                == "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")
    }

    /// The 1600-bit message of NIST's example files: two hundred bytes `a3`.
    @Test func longMessageHasKnownOutputs() {
        let message = [UInt8](repeating: 0xA3, count: 200)
        #expect(
            Sponge.sha3_256(message).hex
                == "79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787")
        #expect(
            output(of: .sha3_512, message, count: 64).hex
                == "e76dfad22084a8b1467fcf2ffa58361bec7628edf5f3fdc0e4805dc48caeeca8"
                + "1b7c13c30adf52a3659584739a2df46be589c51ca1a4a8416df6545a1ce8ba00")
        #expect(
            output(of: .shake128, message, count: 32).hex
                == "131ab8d2b594946b9c81333f9bb6e0ce75c3b93104fa3469d3917457385da037")
        #expect(
            output(of: .shake256, message, count: 32).hex
                == "cd8a920ed141aa0407a22d59288652e9d9f1a7ee0c1e7c1ca699424da84a904d")
    }

    /// Lengths on both sides of every block boundary up to three blocks.
    @Test func agreesWithAnotherImplementationAtEveryLength() {
        var random = SeededRandom(seed: 202)
        for count in 0..<(3 * 136 + 2) {
            let message = random.bytes(count)
            #expect(Sponge.sha3_256(message) == digest("SHA3-256", of: message), "\(count) bytes")
        }
        for count in stride(from: 0, to: 300, by: 7) {
            let message = random.bytes(count)
            #expect(
                output(of: .sha3_512, message, count: 64) == digest("SHA3-512", of: message), "\(count) bytes"
            )
        }
    }

    /// Of what goes in; and what comes out of four at once, block by block, is what comes out of each alone.
    @Test(arguments: [Sponge.Variant.shake128, .shake256])
    func piecesMakeNoDifference(_ variant: Sponge.Variant) {
        var random = SeededRandom(seed: 1600)
        let message = random.bytes(500)
        var pieces = Sponge(variant)
        var rest = message[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...90, using: &random))
            pieces.absorb(piece)
            rest = rest.dropFirst(piece.count)
        }
        #expect(pieces.bytes(variant.rate) == output(of: variant, message, count: variant.rate))

        let seed = random.bytes(32)
        var four = SecretBytes(seed).withUnsafeBytes {
            FourSponges(variant, seed: $0, suffixByteCount: 2, suffixes: SIMD4(0x0102, 0, 0xFFFF, 0x0201))
        }
        var outputs = [[UInt8]](repeating: [], count: 4)
        for _ in 0..<4 {
            four.nextBlocks { outputs[$0] += $1.prefix(variant.rate) }
        }
        for (place, suffix) in [[2, 1], [0, 0], [0xFF, 0xFF], [1, 2] as [UInt8]].enumerated() {
            #expect(
                outputs[place] == xof(variant, seed + suffix, byteCount: 4 * variant.rate), "lane \(place)")
        }
    }
}

private func output(of variant: Sponge.Variant, _ message: [UInt8], count: Int) -> [UInt8] {
    var sponge = Sponge(variant)
    sponge.absorb(message)
    return sponge.bytes(count)
}

/// What libcrypto makes of it.
private func digest(_ name: String, of message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 64)
    var count = 0
    #expect(EVP_Q_digest(nil, name, nil, message, message.count, &digest, &count) == 1)
    return Array(digest.prefix(count))
}

/// What libcrypto makes of it, as long as wanted.
private func xof(_ variant: Sponge.Variant, _ message: [UInt8], byteCount: Int) -> [UInt8] {
    let algorithm = EVP_MD_fetch(nil, variant.rate == 168 ? "SHAKE128" : "SHAKE256", nil)
    let context = EVP_MD_CTX_new()
    defer {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }
    var output = [UInt8](repeating: 0, count: byteCount)
    #expect(
        EVP_DigestInit_ex2(context, algorithm, nil) == 1
            && EVP_DigestUpdate(context, message, message.count) == 1
            && EVP_DigestFinalXOF(context, &output, byteCount) == 1)
    return output
}
