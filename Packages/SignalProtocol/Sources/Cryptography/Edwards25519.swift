import CSodium

/// The group of Ed25519, for signatures made with X25519 keys.
///
/// Scalars are 32 bytes, little-endian, below the group order L or clamped; points are in Ed25519's encoding.
public enum Edwards25519 {
    /// `scalar`·B. Nil if that is the neutral element, for example for the scalar zero.
    public static func multiple(of scalar: SecretBytes) -> [UInt8]? {
        Sodium.start()
        precondition(scalar.count == 32, "a scalar is 32 bytes")
        var point = [UInt8](repeating: 0, count: 32)
        let isPoint = scalar.withUnsafePointer { crypto_scalarmult_ed25519_base_noclamp(&point, $0) == 0 }
        return isPoint ? point : nil
    }

    /// 64 bytes, little-endian, modulo L.
    public static func scalar(reducing bytes: SecretBytes) -> SecretBytes {
        precondition(bytes.count == 64, "what is reduced is 64 bytes")
        return written { scalar in bytes.withUnsafePointer { crypto_core_ed25519_scalar_reduce(scalar, $0) } }
    }

    /// `left` · `right` + `addend` modulo L.
    public static func product(_ left: SecretBytes, _ right: SecretBytes, plus addend: SecretBytes)
        -> SecretBytes
    {
        precondition(left.count == 32 && right.count == 32 && addend.count == 32, "a scalar is 32 bytes")
        let product = written { product in
            left.withUnsafePointer { left in
                right.withUnsafePointer { crypto_core_ed25519_scalar_mul(product, left, $0) }
            }
        }
        return written { sum in
            product.withUnsafePointer { product in
                addend.withUnsafePointer { crypto_core_ed25519_scalar_add(sum, product, $0) }
            }
        }
    }

    /// Whether `point` is a point of prime order.
    public static func isPrimeOrderPoint(_ point: [UInt8]) -> Bool {
        Sodium.start()
        return point.count == 32 && crypto_core_ed25519_is_valid_point(point) == 1
    }

    /// The point of an X25519 coordinate: y, with `sign` as the low bit of x in bit 255.
    ///
    /// y = (u - 1) / (u + 1). Whether there is an x for this y is checked when the point is decoded; the top bit of the
    /// coordinate is ignored.
    ///
    /// - Returns: Nil for u = -1, which has no image: inversion by exponentiation would map it to y = 0, a point of
    ///   order four.
    public static func point(ofCoordinate u: [UInt8], sign: UInt8) -> [UInt8]? {
        let u = FieldElement(littleEndian: u)
        guard !u.isMinusOne else { return nil }
        var encoded = ((u - .one) * (u + .one).inverted).littleEndian
        encoded[31] |= sign << 7
        return encoded
    }

    /// The X25519 coordinate of a point: u = (1 + y) / (1 - y).
    static func coordinate(of point: [UInt8]) -> [UInt8] {
        let y = FieldElement(littleEndian: point)
        return ((.one + y) * (.one - y).inverted).littleEndian
    }

    private static func written(_ body: (UnsafeMutablePointer<UInt8>) -> Void) -> SecretBytes {
        SecretBytes(byteCount: 32) { bytes in
            if let start = bytes.bindMemory(to: UInt8.self).baseAddress { body(start) }
        }
    }
}
