import VectorSupport
import Testing

@testable import SignalProtocol

struct GF16Tests {
    /// Every element times every power of x, from which all products follow by addition, and addition is tested too.
    @Test func multiplicationAgreesWithLongMultiplication() {
        for bit in 0..<16 {
            let power: UInt16 = 1 << bit
            for value in 0...UInt16.max where (GF16(value) * GF16(power)).value != longProduct(value, power) {
                Issue.record("\(value) * \(power)")
            }
        }
        var random = SeededRandom(seed: 16)
        for _ in 0..<20_000 {
            let (a, b) = (
                UInt16.random(in: 0 ... .max, using: &random), UInt16.random(in: 0 ... .max, using: &random)
            )
            guard (GF16(a) * GF16(b)).value != longProduct(a, b) else { continue }
            Issue.record("\(a) * \(b)")
        }
    }

    @Test func everyElementButZeroHasAnInverse() {
        for value in 1...UInt16.max {
            let inverse = GF16(1) / GF16(value)
            guard longProduct(inverse.value, value) != 1 else { continue }
            Issue.record("\(value)")
        }
        #expect(GF16(7) / GF16(0) == GF16(0))
        #expect(GF16(0) / GF16(7) == GF16(0))
    }

    @Test func accumulationIsMultiplicationAndAddition() {
        var random = SeededRandom(seed: 17)
        let elements = (0..<48).map { _ in GF16(UInt16.random(in: 0 ... .max, using: &random)) } + [GF16(0)]
        for factor in [GF16(0), GF16(1), GF16(0xFFFF), elements[3]] {
            var sums = elements
            GF16.accumulate(factor, times: elements, at: 33, to: &sums, at: 16)
            for index in elements.indices {
                let isChanged = (16..<32).contains(index)
                #expect(
                    sums[index] == elements[index] + (isChanged ? factor * elements[index + 17] : GF16(0)))
            }
        }
    }

    /// Shift, add, reduce: the definition.
    private func longProduct(_ left: UInt16, _ right: UInt16) -> UInt16 {
        var product: UInt32 = 0
        var bit: UInt32 = 0
        while bit < 16 {
            if right &>> UInt16(bit) & 1 == 1 { product ^= UInt32(left) &<< bit }
            bit &+= 1
        }
        bit = 32
        while bit > 16 {
            bit &-= 1
            if product &>> bit & 1 == 1 { product ^= 0x1_100B &<< (bit &- 16) }
        }
        return UInt16(product)
    }
}
