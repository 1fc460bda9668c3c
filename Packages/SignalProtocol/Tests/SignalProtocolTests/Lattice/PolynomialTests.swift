import VectorSupport
import Testing

@testable import Lattice

struct PolynomialTests {
    /// Every 16-bit number, and every product that the transforms may ask for at its limits.
    @Test func reductionIsExact() {
        for value in Int16.min ... .max {
            let reduced = Lanes(repeating: value).reduced
            guard (Int(value) - Int(reduced[0])).isMultiple(of: 3329), abs(Int(reduced[0])) <= 1665,
                Int(reduced.canonical[0]) == (Int(value) % 3329 + 3329) % 3329,
                abs(Int(reduced.centered[0])) <= 1664,
                (Int(value) - Int(reduced.centered[0])).isMultiple(of: 3329)
            else {
                Issue.record("\(value) reduced to \(reduced[0])")
                continue
            }
        }
        var random = SeededRandom(seed: 3329)
        for _ in 0..<20_000 {
            let left = Int16.random(in: .min ... .max, using: &random)
            let right = Int16.random(in: -3328...3328, using: &random)
            let product = Int(Lanes.product(Lanes(repeating: left), Lanes(repeating: right))[0])
            #expect((product << 16 - Int(left) * Int(right)).isMultiple(of: 3329) && abs(product) < 3329)
        }
    }

    @Test func sumsAndDifferencesStayReduced() {
        for left in stride(from: -1665 as Int16, through: 1665, by: 9) {
            for right in [0, 1, -1, 1664, 1665, -1665, left] as [Int16] {
                var (sum, difference) = (Polynomial(repeating: left), Polynomial(repeating: left))
                sum.add(Polynomial(repeating: right))
                sum.reduce()
                difference.subtract(Polynomial(repeating: right))
                difference.reduce()
                #expect(sum.coefficients[7] == (Int(left) + Int(right) + 2 * 3329) % 3329)
                #expect(difference.coefficients[7] == (Int(left) - Int(right) + 2 * 3329) % 3329)
            }
        }
    }

    /// Against the definition with a division, for every coefficient and every width in use.
    @Test(arguments: [1, 4, 5, 10, 11])
    func compressionRoundsToTheNearestStep(_ bits: Int) {
        var bytes = [UInt8](repeating: 0, count: 32 * bits)
        for value in 0..<3329 {
            let expected = (2 * (value << bits) + 3329) / (2 * 3329) % (1 << bits)
            bytes.withUnsafeMutableBytes {
                Polynomial(repeating: Int16(value)).writeCompressed(bits: bits, to: $0)
            }
            #expect(bytes.numbers(bits: bits) == [Int](repeating: expected, count: 256), "\(value)")
        }
        for value in 0..<1 << bits {
            let expected = (2 * value * 3329 + 1 << bits) / (2 << bits)
            let packed = [UInt8](numbers: [Int](repeating: value, count: 256), bits: bits)
            var polynomial = packed.withUnsafeBytes { Polynomial(compressed: $0, bits: bits) }
            #expect(polynomial.coefficients == [Int](repeating: expected, count: 256), "\(value)")
            polynomial.reduce()
            bytes.withUnsafeMutableBytes { polynomial.writeCompressed(bits: bits, to: $0) }
            #expect(bytes == packed, "\(value)")
        }
    }

    @Test func transformIsInvertible() {
        var random = SeededRandom(seed: 256)
        for _ in 0..<10 {
            let polynomial = random.polynomial()
            // The inverse brings a factor of 2^16.
            let expected = polynomial.coefficients.map { $0 << 16 % 3329 }
            #expect(Transform(polynomial).inverse.coefficients == expected)
            #expect(Transform(ordered: polynomial).ordered.coefficients == polynomial.coefficients)
        }
    }

    /// Multiplying transforms is multiplying polynomials modulo x²⁵⁶ + 1.
    @Test func productOfTransformsIsThatOfPolynomials() {
        var random = SeededRandom(seed: 512)
        let (left, right) = (random.polynomial(), random.polynomial())
        var expected = [Int](repeating: 0, count: 256)
        for (i, a) in left.coefficients.enumerated() {
            for (j, b) in right.coefficients.enumerated() {
                expected[(i + j) % 256] += (i + j < 256 ? 1 : -1) * a * b
            }
        }
        var sum = ProductSum()
        sum.add(Transform(left), Transform(right))
        #expect(sum.reduced.inverse.coefficients == expected.map { ($0 % 3329 + 3329) % 3329 })
    }

    @Test(arguments: [1, 4, 5, 10, 11, 12])
    func bytesHoldEveryBit(_ bits: Int) {
        var random = SeededRandom(seed: UInt64(bits))
        let bytes = random.bytes(32 * bits)
        var written = bytes
        if bits < 12 {
            var polynomial = bytes.withUnsafeBytes { Polynomial(compressed: $0, bits: bits) }
            polynomial.reduce()
            written.withUnsafeMutableBytes { polynomial.writeCompressed(bits: bits, to: $0) }
            #expect(written == bytes)
        }
        let polynomial = random.polynomial()
        written = [UInt8](repeating: 0, count: 384)
        written.withUnsafeMutableBytes { polynomial.write(to: $0) }
        #expect(written == [UInt8](numbers: polynomial.coefficients, bits: 12))
        #expect(written.withUnsafeBytes { Polynomial(bytes: $0).coefficients } == polynomial.coefficients)
    }

    @Test func modulusCheckFindsOneLargeCoefficient() {
        var numbers = [Int](repeating: 0, count: 256)
        for (position, value) in [(0, 3329), (255, 3329), (100, 4095)] {
            numbers[position] = 3328
            #expect([UInt8](numbers: numbers, bits: 12).withUnsafeBytes(Polynomial.isReduced))
            numbers[position] = value
            #expect(![UInt8](numbers: numbers, bits: 12).withUnsafeBytes(Polynomial.isReduced))
            numbers[position] = 0
        }
    }
}

extension Polynomial {
    fileprivate init(repeating value: Int16) {
        self.init()
        for row in 0..<16 { rows[row] = Lanes(repeating: value) }
    }

    /// The coefficients from 0 to 3328, in order.
    fileprivate var coefficients: [Int] {
        (0..<256).map { (Int(rows[$0 / 16][$0 % 16]) % 3329 + 3329) % 3329 }
    }
}

extension [UInt8] {
    /// Numbers of some bits each, least significant bit first, by the definition: bit by bit.
    fileprivate init(numbers: [Int], bits: Int) {
        self.init(repeating: 0, count: numbers.count * bits / 8)
        for position in 0..<numbers.count * bits where numbers[position / bits] >> (position % bits) & 1 == 1
        {
            self[position / 8] |= 1 << UInt8(position % 8)
        }
    }

    fileprivate func numbers(bits: Int) -> [Int] {
        (0..<count * 8 / bits).map { number in
            (0..<bits).reduce(0) { result, bit in
                let position = number * bits + bit
                return result | Int(self[position / 8] >> UInt8(position % 8) & 1) << bit
            }
        }
    }
}

extension SeededRandom {
    fileprivate mutating func polynomial() -> Polynomial {
        var polynomial = Polynomial()
        for index in 0..<256 {
            polynomial.rows[index / 16][index % 16] = Int16.random(in: -1664...1664, using: &self)
        }
        return polynomial
    }
}
