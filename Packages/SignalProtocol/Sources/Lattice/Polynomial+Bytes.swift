extension Polynomial {
    /// Bytes of one polynomial with 12 bits per coefficient.
    static let byteCount = 384

    /// Reads 256 numbers of 12 bits, least significant bit first (algorithm 6, ByteDecode).
    init(bytes: UnsafeRawBufferPointer) {
        self.init()
        withCoefficients { unpack(bytes, bits: 12, to: $0) }
        reduce()
    }

    /// Encodes reduced coefficients (algorithm 5, ByteEncode).
    func write(to output: UnsafeMutableRawBufferPointer) {
        var copy = self
        for row in 0..<16 { copy.rows[row] = copy.rows[row].canonical }
        copy.withCoefficients { pack($0, bits: 12, to: output) }
    }

    /// Reads signed 16-bit little-endian numbers without validation.
    init(signed bytes: UnsafeRawBufferPointer) {
        self.init()
        withCoefficients { numbers in
            for index in 0..<Polynomial.count {
                numbers[index] = Int16(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self))
            }
        }
        reduce()
    }

    /// Writes reduced coefficients as signed 16-bit little-endian numbers, each the nearest to zero.
    func writeSigned(to output: UnsafeMutableRawBufferPointer) {
        var copy = self
        for row in 0..<16 { copy.rows[row] = copy.rows[row].centered }
        copy.withCoefficients { numbers in
            for index in 0..<Polynomial.count {
                output.storeBytes(of: numbers[index].littleEndian, toByteOffset: 2 * index, as: Int16.self)
            }
        }
    }

    /// Compresses reduced coefficients to `bits` bits each and encodes the result.
    ///
    /// - Source: FIPS 203, section 4.2.1: `round(2^bits · value / q) mod 2^bits`.
    func writeCompressed(bits: Int, to output: UnsafeMutableRawBufferPointer) {
        var copy = self
        for row in 0..<16 { copy.rows[row] = copy.rows[row].canonical }
        copy.withCoefficients { numbers in
            for index in 0..<Polynomial.count {
                // Multiplying by ⌈2^40 / q⌉ gives the exact quotient of any number below 2^28.
                let numerator = UInt64(UInt16(bitPattern: numbers[index])) &<< UInt64(bits) &+ 1664
                let rounded = UInt32(truncatingIfNeeded: (numerator &* 330_282_857) &>> 40)
                numbers[index] = Int16(truncatingIfNeeded: rounded & (1 &<< UInt32(bits) &- 1))
            }
            pack(numbers, bits: bits, to: output)
        }
    }

    /// Decodes the output of `writeCompressed`: `round(q · value / 2^bits)`.
    init(compressed bytes: UnsafeRawBufferPointer, bits: Int) {
        self.init()
        withCoefficients { numbers in
            unpack(bytes, bits: bits, to: numbers)
            for index in 0..<Polynomial.count {
                let value = UInt32(UInt16(bitPattern: numbers[index])) &* 3329 &+ (1 &<< UInt32(bits &- 1))
                numbers[index] = Int16(truncatingIfNeeded: value &>> UInt32(bits))
            }
        }
    }

    /// Whether every 12-bit number in `bytes` is below 3329 (the modulus check of FIPS 203, section 7.2).
    static func isReduced(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var numbers = Polynomial()
        return numbers.withCoefficients { numbers in
            unpack(bytes, bits: 12, to: numbers)
            return (0..<Polynomial.count).reduce(true) { $0 && numbers[$1] < q }
        }
    }
}

/// Packs thirty-two bits at a time; control flow depends only on the position.
private func pack(_ numbers: UnsafeMutablePointer<Int16>, bits: Int, to output: UnsafeMutableRawBufferPointer)
{
    var (buffer, held, offset): (UInt64, Int, Int) = (0, 0, 0)
    for index in 0..<Polynomial.count {
        buffer |= UInt64(UInt16(bitPattern: numbers[index])) &<< UInt64(held)
        held &+= bits
        guard held >= 32 else { continue }
        output.storeBytes(
            of: UInt32(truncatingIfNeeded: buffer).littleEndian, toByteOffset: offset, as: UInt32.self)
        offset &+= 4
        buffer &>>= 32
        held &-= 32
    }
}

private func unpack(_ bytes: UnsafeRawBufferPointer, bits: Int, to numbers: UnsafeMutablePointer<Int16>) {
    var (buffer, held, offset): (UInt64, Int, Int) = (0, 0, 0)
    let mask: UInt64 = 1 &<< UInt64(bits) &- 1
    for index in 0..<Polynomial.count {
        if held < bits {
            buffer |=
                UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                &<< UInt64(held)
            offset &+= 4
            held &+= 32
        }
        numbers[index] = Int16(truncatingIfNeeded: buffer & mask)
        buffer &>>= UInt64(bits)
        held &-= bits
    }
}
