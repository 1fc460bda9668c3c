/// Error correction over GF(2^8) with the polynomial x^8 + x^4 + x^3 + x^2 + 1 (section 7.5).
struct ReedSolomon: Sendable {
    /// The generator's coefficients, without the leading one.
    private let generator: [UInt8]

    init(errorCorrectionCount: Int) {
        var generator = [UInt8](repeating: 0, count: errorCorrectionCount - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<errorCorrectionCount {
            for index in generator.indices {
                generator[index] = Self.product(generator[index], root)
                if index + 1 < generator.count { generator[index] ^= generator[index + 1] }
            }
            root = Self.product(root, 2)
        }
        self.generator = generator
    }

    /// The error correction codewords of a block.
    func remainder(_ data: [UInt8]) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: generator.count)
        for byte in data {
            let factor = byte ^ remainder.removeFirst()
            remainder.append(0)
            for (index, coefficient) in generator.enumerated() {
                remainder[index] ^= Self.product(coefficient, factor)
            }
        }
        return remainder
    }

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var result: UInt8 = 0
        for shift in (0..<8).reversed() {
            result = result << 1 ^ (result >> 7) &* 0x1D
            if right >> UInt8(shift) & 1 == 1 { result ^= left }
        }
        return result
    }
}
