/// An element of the field of 65,536 elements that the erasure code uses.
///
/// Values are polynomials over bits modulo x¹⁶ + x¹² + x³ + x + 1; the bit of xⁱ is bit i. They are public, since they
/// are sent in the clear, so table lookups by value are safe.
struct GF16: Hashable, Sendable {
    var value: UInt16

    init(_ value: UInt16) { self.value = value }

    @inline(__always)
    static func + (left: GF16, right: GF16) -> GF16 { GF16(left.value ^ right.value) }

    @inline(__always)
    static func += (left: inout GF16, right: GF16) { left.value ^= right.value }

    static func * (left: GF16, right: GF16) -> GF16 {
        guard left.value != 0, right.value != 0 else { return GF16(0) }
        let tables = tables
        return GF16(
            tables.powers[Int(tables.logarithms[Int(left.value)]) &+ Int(tables.logarithms[Int(right.value)])]
        )
    }

    /// Division by zero gives zero.
    static func / (left: GF16, right: GF16) -> GF16 {
        guard left.value != 0, right.value != 0 else { return GF16(0) }
        let tables = tables
        let difference =
            Int(tables.logarithms[Int(left.value)]) &- Int(tables.logarithms[Int(right.value)])
        return GF16(tables.powers[difference < 0 ? difference &+ order : difference])
    }

    /// Adds `factor` times each of 16 elements to 16 sums, starting at the given positions.
    static func accumulate(
        _ factor: GF16, times elements: [GF16], at elementStart: Int, to sums: inout [GF16], at sumStart: Int
    ) {
        guard factor.value != 0 else { return }
        let tables = tables
        let logarithm = Int(tables.logarithms[Int(factor.value)])
        for index in 0..<16 {
            let element = Int(elements[elementStart &+ index].value)
            guard element != 0 else { continue }
            sums[sumStart &+ index].value ^= tables.powers[logarithm &+ Int(tables.logarithms[element])]
        }
    }

    /// The number of nonzero elements. All of them are powers of x, which is 2.
    private static let order = 65_535

    private struct Tables {
        /// The exponent of 2 for each element; zero has none.
        var logarithms = [UInt16](repeating: 0, count: 65_536)
        /// Two periods, so that the sum of two logarithms is a valid index.
        var powers = [UInt16](repeating: 0, count: 2 * order)

        init() {
            var power: UInt32 = 1
            for exponent in 0..<order {
                logarithms[Int(power)] = UInt16(exponent)
                powers[exponent] = UInt16(power)
                powers[exponent + order] = UInt16(power)
                power <<= 1
                if power > 0xFFFF { power ^= 0x1_100B }
            }
        }
    }

    private static let tables = Tables()
}
