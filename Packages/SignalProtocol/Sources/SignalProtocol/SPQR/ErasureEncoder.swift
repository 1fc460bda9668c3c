/// Produces the chunks of one value without end: first its bytes, then parity; after 65,536 chunks it starts over.
struct ErasureEncoder: Equatable, Sendable {
    /// The representation of the polynomials: their values at 0, 1, 2, …, which are the message, or, once a parity
    /// chunk has been requested, their coefficients.
    enum Form: Equatable {
        case message([UInt8])
        /// Coefficient d of polynomial p is at 16d + p.
        case coefficients([GF16])
    }

    /// The number of chunks produced, modulo 2^32.
    private(set) var takenCount: UInt32
    private(set) var form: Form

    /// - Parameter message: The value; padded with zeroes to whole chunks.
    init(_ message: [UInt8]) {
        let missing =
            (ErasureChunk.byteCount - message.count % ErasureChunk.byteCount) % ErasureChunk.byteCount
        self.init(takenCount: 0, form: .message(message + [UInt8](repeating: 0, count: missing)))
    }

    init(takenCount: UInt32, form: Form) {
        self.takenCount = takenCount
        self.form = form
    }

    mutating func next() -> ErasureChunk {
        let index = UInt16(truncatingIfNeeded: takenCount)
        takenCount &+= 1
        switch form {
        case .message(let message):
            let start = Int(index) * ErasureChunk.byteCount
            if start < message.count {
                return ErasureChunk(
                    index: index, bytes: Array(message[start..<start + ErasureChunk.byteCount]))
            }
            let coefficients = Self.coefficients(ofPolynomialsThrough: GF16.elements(bigEndian: message))
            form = .coefficients(coefficients)
            return Self.chunk(index, of: coefficients)
        case .coefficients(let coefficients):
            return Self.chunk(index, of: coefficients)
        }
    }

    /// Evaluates sixteen polynomials at once by Horner's rule.
    private static func chunk(_ index: UInt16, of coefficients: [GF16]) -> ErasureChunk {
        let width = ErasureChunk.elementCount
        let point = GF16(index)
        var values = [GF16](repeating: GF16(0), count: width)
        for start in stride(from: coefficients.count - width, through: 0, by: -width) {
            var next = Array(coefficients[start..<start + width])
            GF16.accumulate(point, times: values, at: 0, to: &next, at: 0)
            values = next
        }
        return ErasureChunk(index: index, elements: values)
    }

    /// The polynomials of degree below N with the given values at 0…N-1, by Lagrange's formula.
    private static func coefficients(ofPolynomialsThrough values: [GF16]) -> [GF16] {
        let count = values.count / ErasureChunk.elementCount
        // The product of all X + j, with coefficient i at index i.
        var product = [GF16(1)]
        for point in 0..<count {
            var next = [GF16(0)] + product
            for index in product.indices { next[index] += product[index] * GF16(UInt16(point)) }
            product = next
        }
        var result = [GF16](repeating: GF16(0), count: values.count)
        for point in 0..<count {
            let x = GF16(UInt16(point))
            // The product divided by X + x, by synthetic division, and its value at x.
            var quotient = [GF16](repeating: GF16(0), count: count)
            var carry = GF16(0)
            var value = GF16(0)
            for index in (0..<count).reversed() {
                carry = product[index + 1] + carry * x
                quotient[index] = carry
            }
            for coefficient in quotient.reversed() { value = value * x + coefficient }
            for index in 0..<count {
                GF16.accumulate(
                    quotient[index] / value, times: values, at: point * ErasureChunk.elementCount,
                    to: &result,
                    at: index * ErasureChunk.elementCount)
            }
        }
        return result
    }
}
