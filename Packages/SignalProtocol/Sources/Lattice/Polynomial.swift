/// A polynomial of degree below 256 with coefficients modulo 3329.
///
/// - Shape: coefficient 16·r + c is lane c of row r.
/// - Source: FIPS 203, section 4.3.
struct Polynomial: Sendable {
    static let count = 256

    /// 512 bytes inline: no allocation.
    var rows: InlineArray<16, Lanes>

    init() { rows = InlineArray(repeating: Lanes()) }

    /// Adds, without reducing.
    mutating func add(_ other: borrowing Polynomial) { for row in 0..<16 { rows[row] &+= other.rows[row] } }

    /// Subtracts, without reducing.
    mutating func subtract(_ other: borrowing Polynomial) {
        for row in 0..<16 { rows[row] &-= other.rows[row] }
    }

    mutating func reduce() { for row in 0..<16 { rows[row] = rows[row].reduced } }

    /// The coefficients one by one, for operations that do not work on rows.
    @inline(__always)
    mutating func withCoefficients<Value>(_ body: (UnsafeMutablePointer<Int16>) -> Value) -> Value {
        withUnsafeMutableBytes(of: &rows) { bytes in
            guard let start = bytes.baseAddress else { preconditionFailure("256 coefficients are somewhere") }
            return body(start.assumingMemoryBound(to: Int16.self))
        }
    }
}

/// The number-theoretic transform of a polynomial.
///
/// - Shape: the transpose of `Polynomial`: coefficient 16·r + c is lane r of row c. All layers of the transform, and
///   the products of pairs of coefficients, therefore work on whole rows.
struct Transform: Sendable {
    var rows: InlineArray<16, Lanes>

    init() { rows = InlineArray(repeating: Lanes()) }

    private init(transposing other: borrowing InlineArray<16, Lanes>) {
        rows = copy other
        transpose(&rows)
    }

    /// Algorithm 9, NTT, of coefficients from -q to q. The result is reduced.
    init(_ polynomial: borrowing Polynomial) {
        let twiddles = Twiddles.all
        var rows = polynomial.rows
        var block = 1
        for layer in 0..<4 {
            let distance = 8 >> layer
            for start in stride(from: 0, to: 16, by: 2 * distance) {
                let factor = Lanes(repeating: twiddles.ofBlock[block])
                block += 1
                for row in start..<start + distance { turn(&rows, row, row + distance, factor) }
            }
        }
        transpose(&rows)
        var part = 0
        for layer in 0..<3 {
            let distance = 8 >> layer
            for start in stride(from: 0, to: 16, by: 2 * distance) {
                let factor = twiddles.ofRow[part]
                part += 1
                for row in start..<start + distance { turn(&rows, row, row + distance, factor) }
            }
        }
        for row in 0..<16 { rows[row] = rows[row].reduced }
        self.rows = rows
    }

    /// Algorithm 10, the inverse of the NTT, times 2^16, of reduced coefficients.
    var inverse: Polynomial {
        let twiddles = Twiddles.all
        var rows = rows
        var part = 6
        for layer in 0..<3 {
            let distance = 2 << layer
            for start in stride(from: 0, to: 16, by: 2 * distance) {
                let factor = twiddles.ofRowFromLast[part]
                part -= 1
                for row in start..<start + distance { turnBack(&rows, row, row + distance, factor) }
            }
        }
        transpose(&rows)
        var block = 15
        for layer in 0..<4 {
            let distance = 1 << layer
            for start in stride(from: 0, to: 16, by: 2 * distance) {
                let factor = Lanes(repeating: twiddles.ofBlock[block])
                block -= 1
                for row in start..<start + distance { turnBack(&rows, row, row + distance, factor) }
            }
        }
        var result = Polynomial()
        // 1441 is 2^32 / 128.
        for row in 0..<16 { result.rows[row] = Lanes.product(rows[row], Lanes(repeating: 1441)).reduced }
        return result
    }

    /// Adds, and reduces.
    mutating func add(_ other: borrowing Transform) {
        for row in 0..<16 { rows[row] = (rows[row] &+ other.rows[row]).reduced }
    }

    /// Removes the factor 2^-16 of a product.
    mutating func scale() {
        // 1353 is 2^32.
        for row in 0..<16 { rows[row] = Lanes.product(rows[row], Lanes(repeating: 1353)) }
    }

    /// The coefficients in the order of FIPS 203.
    var ordered: Polynomial {
        var result = Polynomial()
        result.rows = rows
        transpose(&result.rows)
        return result
    }

    init(ordered: borrowing Polynomial) { self.init(transposing: ordered.rows) }
}

/// A sum of up to four products of transforms (algorithms 11 and 12), not yet reduced.
struct ProductSum {
    private var evens = InlineArray<8, Lanes>(repeating: Lanes())
    private var odds = InlineArray<8, Lanes>(repeating: Lanes())
    private var crosses = InlineArray<8, Lanes>(repeating: Lanes())

    init() {}

    init(_ left: [Transform], _ right: [Transform]) {
        for index in left.indices { add(left[index], right[index]) }
    }

    /// Each factor must be between -q and q.
    mutating func add(_ left: borrowing Transform, _ right: borrowing Transform) {
        for pair in 0..<8 {
            let (left0, left1) = (left.rows[2 * pair], left.rows[2 * pair + 1])
            let (right0, right1) = (right.rows[2 * pair], right.rows[2 * pair + 1])
            evens[pair] &+= Lanes.product(left0, right0)
            odds[pair] &+= Lanes.product(left1, right1)
            crosses[pair] &+= Lanes.product(left0, right1) &+ Lanes.product(left1, right0)
        }
    }

    /// The sum, divided by 2^16.
    var reduced: Transform {
        let twiddles = Twiddles.all
        var result = Transform()
        for pair in 0..<8 {
            let turned = Lanes.product(odds[pair], twiddles.ofRow[3 + pair / 2])
            let even = pair.isMultiple(of: 2) ? evens[pair] &+ turned : evens[pair] &- turned
            result.rows[2 * pair] = even.reduced
            result.rows[2 * pair + 1] = crosses[pair].reduced
        }
        return result
    }
}

@inline(__always)
private func turn(_ rows: inout InlineArray<16, Lanes>, _ first: Int, _ second: Int, _ factor: Lanes) {
    let turned = Lanes.product(rows[second], factor)
    rows[second] = rows[first] &- turned
    rows[first] &+= turned
}

@inline(__always)
private func turnBack(_ rows: inout InlineArray<16, Lanes>, _ first: Int, _ second: Int, _ factor: Lanes) {
    let kept = rows[first]
    rows[first] = (kept &+ rows[second]).reduced
    rows[second] = Lanes.product(rows[second] &- kept, factor)
}

/// Swaps rows and lanes.
private func transpose(_ rows: inout InlineArray<16, Lanes>) {
    withUnsafeMutableBytes(of: &rows) { bytes in
        let numbers = bytes.assumingMemoryBound(to: Int16.self)
        for row in 1..<16 {
            for column in 0..<row {
                let kept = numbers[16 * row + column]
                numbers[16 * row + column] = numbers[16 * column + row]
                numbers[16 * column + row] = kept
            }
        }
    }
}
