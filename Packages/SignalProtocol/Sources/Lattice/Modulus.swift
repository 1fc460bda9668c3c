/// Sixteen numbers modulo 3329, the prime of ML-KEM, each kept as a signed representative.
///
/// Products are Montgomery products: they contain a factor 2^-16, for which constants compensate. Operands are secret:
/// nothing here branches on them, uses them as an index or divides.
typealias Lanes = SIMD16<Int16>

/// The prime.
let q: Int16 = 3329

extension Lanes {
    /// The upper halves of the products. Written lane by lane, which the compiler turns into one instruction;
    /// converting whole vectors to a wider type is a function call.
    @inline(__always)
    static func upperProduct(_ left: Lanes, _ right: Lanes) -> Lanes {
        var result = Lanes()
        for lane in 0..<16 {
            result[lane] = Int16(truncatingIfNeeded: (Int32(left[lane]) &* Int32(right[lane])) &>> 16)
        }
        return result
    }

    /// `left · right / 2^16`, between -q and q if the product of the operands is below q · 2^15.
    @inline(__always)
    static func product(_ left: Lanes, _ right: Lanes) -> Lanes {
        // -3327 is the inverse of q modulo 2^16.
        let multiple = left &* right &* Lanes(repeating: -3327)
        return upperProduct(left, right) &- upperProduct(multiple, Lanes(repeating: q))
    }

    /// The representative nearest to zero, or an adjacent one.
    @inline(__always)
    var reduced: Lanes {
        // 20159 is 2^26 / q.
        let quotient =
            (Lanes.upperProduct(self, Lanes(repeating: 20159)) &+ Lanes(repeating: 512))
            &>> Lanes(repeating: 10)
        return self &- quotient &* Lanes(repeating: q)
    }

    /// The representative from 0 to q - 1 of a `reduced` number.
    @inline(__always)
    var canonical: Lanes { self &+ ((self &>> Lanes(repeating: 15)) & Lanes(repeating: q)) }

    /// The representative nearest to zero of a `reduced` number.
    @inline(__always)
    var centered: Lanes {
        let canonical = canonical
        // All ones above q/2.
        let isLarge = (Lanes(repeating: q / 2) &- canonical) &>> Lanes(repeating: 15)
        return canonical &- (isLarge & Lanes(repeating: q))
    }
}

/// Powers of 17, times 2^16, as the transforms use them.
struct Twiddles: Sendable {
    /// 17^BitRev7(i) for the four layers between rows.
    let ofBlock: [Int16]
    /// The same for the three layers within a row, a lane for each row: one of length 8, two of 4, four of 2.
    let ofRow: [Lanes]
    /// The same with the last row in the first lane, for the inverse.
    let ofRowFromLast: [Lanes]

    static let all = Twiddles()

    private init() {
        let powers = (0..<128).map { index in
            let reversed = (0..<7).reduce(0) { $0 << 1 | (index >> $1 & 1) }
            let power = (0..<reversed).reduce(1 << 16 % 3329) { power, _ in power * 17 % 3329 }
            return Int16(power > 1664 ? power - 3329 : power)
        }
        ofBlock = Array(powers.prefix(16))
        ofRow = [(16, 1), (32, 2), (64, 4)].flatMap { start, count in
            (0..<count).map { part in Lanes((0..<16).map { row in powers[start + count * row + part] }) }
        }
        ofRowFromLast = ofRow.map { lanes in Lanes((0..<16).map { lanes[15 - $0] }) }
    }
}
