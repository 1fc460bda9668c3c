import TestSupport
import Testing

@testable import SignalProtocol

struct PolynomialTests {
    @Test func reductionIsExact() {
        var random = SeededRandom(seed: 3329)
        var values = Array(0...7000 as ClosedRange<UInt32>)
        values += values.map { .max - $0 }
        for factor in 1...7000 as ClosedRange<UInt32> {
            let multiple = factor * 3329 * 184
            values += [multiple - 1, multiple, multiple + 1]
        }
        values += (0..<20_000).map { _ in UInt32.random(in: .min ... .max, using: &random) }
        for value in values {
            guard UInt32(Modulus.reduced(value)) != value % 3329 else { continue }
            Issue.record("\(value) reduced to \(Modulus.reduced(value))")
        }
    }

    @Test func sumsAndDifferencesStayReduced() {
        for left in stride(from: 0 as UInt16, to: 3329, by: 13) + [3328] {
            for right in [0, 1, 1664, 1665, 3328, left] as [UInt16] {
                let (left32, right32) = (UInt32(left), UInt32(right))
                #expect(UInt32(Modulus.sum(left, right)) == (left32 + right32) % 3329)
                #expect(UInt32(Modulus.difference(left, right)) == (left32 + 3329 - right32) % 3329)
            }
        }
    }

    /// Against the definition with a division, for every coefficient and every width in use.
    @Test(arguments: [1, 4, 5, 10, 11] as [UInt32])
    func compressionRoundsToTheNearestStep(_ bits: UInt32) {
        for value in 0..<3329 as Range<UInt32> {
            let nearest = (2 * (value << bits) + 3329) / (2 * 3329)
            let expected: UInt32 = nearest % (1 << bits)
            guard UInt32(Modulus.compressed(UInt16(value), bits: bits)) == expected else {
                Issue.record("\(value) compressed wrongly")
                continue
            }
        }
        for value in 0..<(1 << bits) as Range<UInt32> {
            let expected = (2 * value * 3329 + (1 << bits)) / (2 << bits)
            #expect(UInt32(Modulus.decompressed(UInt16(value), bits: bits)) == expected)
            #expect(Modulus.compressed(UInt16(expected), bits: bits) == UInt16(value))
        }
    }

    @Test func transformIsInvertible() {
        var random = SeededRandom(seed: 256)
        for _ in 0..<10 {
            let polynomial = random.polynomial()
            #expect(polynomial.transformed.inverseTransformed == polynomial)
        }
    }

    /// Multiplying transforms is multiplying polynomials modulo x²⁵⁶ + 1.
    @Test func productOfTransformsIsThatOfPolynomials() {
        var random = SeededRandom(seed: 512)
        let (left, right) = (random.polynomial(), random.polynomial())
        var expected = [Int](repeating: 0, count: 256)
        for (i, a) in left.coefficients.enumerated() {
            for (j, b) in right.coefficients.enumerated() {
                expected[(i + j) % 256] += (i + j < 256 ? 1 : -1) * Int(a) * Int(b)
            }
        }
        let product = Polynomial.scalarProduct([left.transformed], [right.transformed]).inverseTransformed
        #expect(product.coefficients.map(Int.init) == expected.map { ($0 % 3329 + 3329) % 3329 })
    }

    @Test(arguments: [1, 4, 5, 10, 11, 12])
    func bytesHoldEveryBit(_ bits: Int) {
        var random = SeededRandom(seed: UInt64(bits))
        let bytes = random.bytes(32 * bits)
        if bits < 12 {
            #expect(Polynomial(compressedBytes: bytes, bits: bits).compressedBytes(bits: bits) == bytes)
        }
        let polynomial = random.polynomial()
        #expect(Polynomial(bytes: polynomial.bytes(bits: 12), bits: 12) == polynomial)
    }

    @Test func modulusCheckFindsOneLargeCoefficient() {
        var polynomial = Polynomial()
        for (position, value) in [(0, 3329), (255, 3329), (100, 4095)] as [(Int, UInt16)] {
            polynomial.coefficients[position] = 3328
            #expect(Polynomial.areReduced(polynomial.bytes(bits: 12)))
            polynomial.coefficients[position] = value
            #expect(!Polynomial.areReduced(polynomial.bytes(bits: 12)))
            polynomial.coefficients[position] = 0
        }
    }
}

extension SeededRandom {
    fileprivate mutating func polynomial() -> Polynomial {
        Polynomial(coefficients: (0..<256).map { _ in UInt16.random(in: 0..<3329, using: &self) })
    }
}
