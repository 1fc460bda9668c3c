/// An integer modulo p = 2^255 - 19.
///
/// Only for the map between the two forms of a *public* key: nothing here is constant time, nor needs to be.
///
/// - Shape: four 64-bit limbs, least significant first, always fully reduced.
struct FieldElement: Equatable {
    private var limbs: SIMD4<UInt64>

    static let one = FieldElement(limbs: [1, 0, 0, 0])

    /// p itself, which is no reduced element.
    private static let prime: SIMD4<UInt64> = [0xFFFF_FFFF_FFFF_FFED, .max, .max, 0x7FFF_FFFF_FFFF_FFFF]

    private init(limbs: SIMD4<UInt64>) { self.limbs = limbs }

    /// 32 bytes, little-endian; the top bit is ignored, the rest reduced.
    init(littleEndian bytes: [UInt8]) {
        var limbs = SIMD4<UInt64>()
        for (index, byte) in bytes.prefix(32).enumerated() {
            limbs[index / 8] |= UInt64(byte) << UInt64(8 * (index % 8))
        }
        limbs[3] &= 0x7FFF_FFFF_FFFF_FFFF
        self.limbs = limbs
        reduceOnce()
    }

    /// 32 bytes, little-endian, fully reduced.
    var littleEndian: [UInt8] {
        (0..<4).flatMap { index in withUnsafeBytes(of: limbs[index].littleEndian, Array.init) }
    }

    /// p - 1, which is -1.
    var isMinusOne: Bool { self + .one == FieldElement(limbs: .zero) }

    static func + (left: FieldElement, right: FieldElement) -> FieldElement {
        var sum = left
        var carry: UInt64 = 0
        for index in 0..<4 {
            let (partial, first) = left.limbs[index].addingReportingOverflow(right.limbs[index])
            let (total, second) = partial.addingReportingOverflow(carry)
            sum.limbs[index] = total
            carry = (first ? 1 : 0) + (second ? 1 : 0)
        }
        // Both are below 2^255, so nothing is carried out; the sum is below 2p.
        sum.reduceOnce()
        return sum
    }

    static func - (left: FieldElement, right: FieldElement) -> FieldElement {
        left + FieldElement(limbs: difference(prime, right.limbs).value).reduced
    }

    static func * (left: FieldElement, right: FieldElement) -> FieldElement {
        var wide = (low: SIMD4<UInt64>(), high: SIMD4<UInt64>())
        for row in 0..<4 {
            var carry: UInt64 = 0
            for column in 0..<4 {
                let index = row + column
                let accumulated = index < 4 ? wide.low[index] : wide.high[index - 4]
                let (sum, next) = multiplyAdd(left.limbs[row], right.limbs[column], accumulated, carry)
                if index < 4 { wide.low[index] = sum } else { wide.high[index - 4] = sum }
                carry = next
            }
            wide.high[row] = carry
        }
        // 2^256 = 38 modulo p: fold the upper half in, then the little that is carried out of that.
        var folded = SIMD4<UInt64>()
        var carry: UInt64 = 0
        for index in 0..<4 {
            (folded[index], carry) = multiplyAdd(wide.high[index], 38, wide.low[index], carry)
        }
        return FieldElement(folding: folded, carry: carry)
    }

    /// The inverse, by Fermat: the power p - 2. Zero gives zero.
    var inverted: FieldElement {
        // p - 2 = 2^255 - 21 has all of its 255 bits set but those of value 2^2 and 2^4.
        var result = self
        for bit in (0..<254).reversed() {
            result = result * result
            if bit != 2, bit != 4 { result = result * self }
        }
        return result
    }

    /// Four limbs and what was carried out of them, which counts 38 each.
    private init(folding limbs: SIMD4<UInt64>, carry: UInt64) {
        self.limbs = limbs
        var pending = carry &* 38
        // Bit 255 counts 19.
        pending &+= (self.limbs[3] >> 63) &* 19
        self.limbs[3] &= 0x7FFF_FFFF_FFFF_FFFF
        for index in 0..<4 where pending > 0 {
            let (sum, overflow) = self.limbs[index].addingReportingOverflow(pending)
            self.limbs[index] = sum
            pending = overflow ? 1 : 0
        }
        reduceOnce()
    }

    private var reduced: FieldElement {
        var copy = self
        copy.reduceOnce()
        return copy
    }

    /// Subtracts p if the value is not below it. The value must be below 2p.
    private mutating func reduceOnce() {
        let (value, borrowed) = Self.difference(limbs, Self.prime)
        if !borrowed { limbs = value }
    }

    private static func difference(
        _ left: SIMD4<UInt64>, _ right: SIMD4<UInt64>
    ) -> (value: SIMD4<UInt64>, borrowed: Bool) {
        var value = SIMD4<UInt64>()
        var borrow: UInt64 = 0
        for index in 0..<4 {
            let (partial, first) = left[index].subtractingReportingOverflow(right[index])
            let (total, second) = partial.subtractingReportingOverflow(borrow)
            value[index] = total
            borrow = (first ? 1 : 0) + (second ? 1 : 0)
        }
        return (value, borrow > 0)
    }

    /// `left × right + first + second`, which always fits two limbs.
    private static func multiplyAdd(
        _ left: UInt64, _ right: UInt64, _ first: UInt64, _ second: UInt64
    ) -> (low: UInt64, high: UInt64) {
        let product = left.multipliedFullWidth(by: right)
        let (partial, firstCarry) = product.low.addingReportingOverflow(first)
        let (low, secondCarry) = partial.addingReportingOverflow(second)
        return (low, product.high &+ (firstCarry ? 1 : 0) &+ (secondCarry ? 1 : 0))
    }
}
