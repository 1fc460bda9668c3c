extension FieldElement {
    /// The inverse; zero gives zero.
    ///
    /// The greatest common divisor of p and the number, by division steps on their lowest bits ("Fast constant-time gcd
    /// computation and modular inversion", Bernstein and Yang, 2019), sixty-two of them at a time. How many there are
    /// depends on the number, which is public here; a power takes three times as long.
    var inverted: FieldElement {
        var (f, g) = (WideInteger.prime, WideInteger(self))
        // d · self is f modulo p, and e · self is g, whatever steps are done.
        var (d, e) = (WideInteger(limbs: [0, 0, 0, 0, 0]), WideInteger(limbs: [1, 0, 0, 0, 0]))
        var balance = 1
        while !g.isZero {
            let steps = DivisionSteps(f.limbs[0], g.limbs[0], &balance)
            (d, e) = steps.appliedModuloPrime(d, e)
            (f, g) = steps.applied(f, g)
        }
        // Here f is 1 or -1.
        return (f.limbs[4] < 0 ? d.negated : d).fieldElement
    }
}

/// A signed integer of some 256 bits.
///
/// - Shape: five limbs of 62 bits, least significant first; the last one has the sign.
private struct WideInteger {
    static let bits = 62
    static let mask: Int64 = 1 << bits - 1
    /// p = 2^255 - 19.
    static let prime = WideInteger(limbs: [-19, 0, 0, 0, 128])
    /// 1 / p modulo 2^62, by Newton's iteration, which doubles the number of right bits.
    static let inverseOfPrime: Int64 = {
        var inverse: Int64 = -19
        for _ in 0..<5 { inverse = inverse &* (2 &+ 19 &* inverse) }
        return inverse & mask
    }()

    var limbs: InlineArray<5, Int64>

    init(limbs: InlineArray<5, Int64>) { self.limbs = limbs }

    init(_ element: FieldElement) {
        let words = element.words
        limbs = [
            Int64(words.0 & UInt64(Self.mask)), Int64((words.0 >> 62 | words.1 << 2) & UInt64(Self.mask)),
            Int64((words.1 >> 60 | words.2 << 4) & UInt64(Self.mask)),
            Int64((words.2 >> 58 | words.3 << 6) & UInt64(Self.mask)), Int64(words.3 >> 56),
        ]
    }

    var isZero: Bool { (limbs[0] | limbs[1] | limbs[2] | limbs[3] | limbs[4]) == 0 }

    var negated: WideInteger {
        var result = self
        for index in 0..<5 { result.limbs[index] = 0 &- limbs[index] }
        result.carry()
        return result
    }

    /// The element for a number between -2p and 2p.
    var fieldElement: FieldElement {
        var rest = self
        while rest.limbs[4] < 0 { rest.addPrime(1) }
        while rest.limbs[4] >= 128 { rest.addPrime(-1) }
        func limb(_ index: Int) -> UInt64 { UInt64(rest.limbs[index]) }
        return FieldElement(
            words: (
                limb(0) | limb(1) << 62, limb(1) >> 2 | limb(2) << 60, limb(2) >> 4 | limb(3) << 58,
                limb(3) >> 6 | limb(4) << 56
            ))
    }

    private mutating func addPrime(_ count: Int64) {
        limbs[0] -= 19 * count
        limbs[4] += 128 * count
        carry()
    }

    private mutating func carry() {
        for index in 0..<4 {
            limbs[index + 1] &+= limbs[index] >> Self.bits
            limbs[index] &= Self.mask
        }
    }
}

/// Sixty-two division steps as one matrix: 2^62 times the new pair is (u·f + v·g, q·f + r·g).
private struct DivisionSteps {
    private var u: Int64 = 1
    private var v: Int64 = 0
    private var q: Int64 = 0
    private var r: Int64 = 1

    /// - Parameters:
    ///   - f: The lowest bits of an odd number.
    ///   - g: The lowest bits of the other.
    ///   - balance: How much longer than `f` the other may still be, the paper's δ.
    init(_ f: Int64, _ g: Int64, _ balance: inout Int) {
        var (f, g) = (f, g)
        var left = WideInteger.bits
        while true {
            // As long as the lowest bit is zero, a step only halves.
            let zeroes = min(left, g.trailingZeroBitCount)
            g >>= zeroes
            u <<= zeroes
            v <<= zeroes
            balance += zeroes
            left -= zeroes
            if left == 0 { return }
            if balance > 0 {
                balance = -balance
                (f, g) = (g, 0 &- f)
                (u, q) = (q, 0 &- u)
                (v, r) = (r, 0 &- v)
            }
            g = g &+ f
            q = q &+ u
            r = r &+ v
        }
    }

    func applied(_ f: WideInteger, _ g: WideInteger) -> (WideInteger, WideInteger) {
        var (nextF, nextG) = (f, g)
        var (carryF, carryG): (Int128, Int128) = (0, 0)
        for index in 0..<5 {
            carryF += Self.product(u, f.limbs[index]) + Self.product(v, g.limbs[index])
            carryG += Self.product(q, f.limbs[index]) + Self.product(r, g.limbs[index])
            if index > 0 {
                nextF.limbs[index - 1] = Int64(truncatingIfNeeded: carryF) & WideInteger.mask
                nextG.limbs[index - 1] = Int64(truncatingIfNeeded: carryG) & WideInteger.mask
            }
            carryF >>= 62
            carryG >>= 62
        }
        nextF.limbs[4] = Int64(truncatingIfNeeded: carryF)
        nextG.limbs[4] = Int64(truncatingIfNeeded: carryG)
        return (nextF, nextG)
    }

    /// The same, with a multiple of p added so that the division by 2^62 leaves no rest.
    func appliedModuloPrime(_ d: WideInteger, _ e: WideInteger) -> (WideInteger, WideInteger) {
        (Self.row(u, v, d, e), Self.row(q, r, d, e))
    }

    private static func row(_ left: Int64, _ right: Int64, _ d: WideInteger, _ e: WideInteger) -> WideInteger
    {
        // Negative numbers are taken p higher, which keeps the result between -2p and p.
        var multiple = (d.limbs[4] < 0 ? left : 0) &+ (e.limbs[4] < 0 ? right : 0)
        let low = left &* d.limbs[0] &+ right &* e.limbs[0]
        multiple &-= (WideInteger.inverseOfPrime &* low &+ multiple) & WideInteger.mask
        var result = d
        var carry = product(left, d.limbs[0]) + product(right, e.limbs[0]) - 19 * Int128(multiple)
        carry >>= 62
        for index in 1..<5 {
            carry += product(left, d.limbs[index]) + product(right, e.limbs[index])
            if index == 4 { carry += 128 * Int128(multiple) }
            result.limbs[index - 1] = Int64(truncatingIfNeeded: carry) & WideInteger.mask
            carry >>= 62
        }
        result.limbs[4] = Int64(truncatingIfNeeded: carry)
        return result
    }

    private static func product(_ left: Int64, _ right: Int64) -> Int128 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return Int128(_low: low, _high: high)
    }
}
