import COpenSSL
import TestSupport
import Testing

@testable import SignalProtocol

struct SpongeTests {
    /// NIST's example values for FIPS 202, and the empty message of the SHA-3 validation suite.
    @Test func emptyMessageHasKnownOutputs() {
        #expect(
            Sponge.sha3_256([]).hex
                == "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")
        #expect(
            Sponge.sha3_512([]).hex
                == "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
                + "15b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26")
        #expect(
            Sponge.shake256([], count: 32).hex
                == "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f")
        var shake128 = Sponge(.shake128)
        #expect(
            shake128.squeeze(32).hex == "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")
    }

    /// The 1600-bit message of NIST's example files: two hundred bytes `a3`.
    @Test func longMessageHasKnownOutputs() {
        let message = [UInt8](repeating: 0xA3, count: 200)
        #expect(
            Sponge.sha3_256(message).hex
                == "79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787")
        #expect(
            Sponge.sha3_512(message).hex
                == "e76dfad22084a8b1467fcf2ffa58361bec7628edf5f3fdc0e4805dc48caeeca8"
                + "1b7c13c30adf52a3659584739a2df46be589c51ca1a4a8416df6545a1ce8ba00")
        var shake128 = Sponge(.shake128)
        shake128.absorb(message)
        #expect(
            shake128.squeeze(32).hex == "131ab8d2b594946b9c81333f9bb6e0ce75c3b93104fa3469d3917457385da037")
        #expect(
            Sponge.shake256(message, count: 32).hex
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
            #expect(Sponge.sha3_512(message) == digest("SHA3-512", of: message), "\(count) bytes")
        }
    }

    @Test(arguments: [Sponge.Variant.shake128, .shake256])
    func piecesMakeNoDifference(_ variant: Sponge.Variant) {
        var random = SeededRandom(seed: 1600)
        let message = random.bytes(500)
        var whole = Sponge(variant)
        whole.absorb(message)
        let expected = whole.squeeze(700)

        var pieces = Sponge(variant)
        var rest = message[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...90, using: &random))
            pieces.absorb(piece)
            rest = rest.dropFirst(piece.count)
        }
        var output: [UInt8] = []
        while output.count < 700 {
            output += pieces.squeeze(min(Int.random(in: 0...190, using: &random), 700 - output.count))
        }
        #expect(output == expected)
    }
}

/// What libcrypto makes of it.
private func digest(_ name: String, of message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 64)
    var count = 0
    #expect(EVP_Q_digest(nil, name, nil, message, message.count, &digest, &count) == 1)
    return Array(digest.prefix(count))
}
