import CSodium

extension PublicKey {
    /// The key's point on the Edwards curve in Ed25519's encoding: y, with `sign` as the low bit of x in bit 255.
    ///
    /// y = (u - 1) / (u + 1). Whether there is an x for this y is left to whoever decodes the point; the top bit of
    /// the coordinate is ignored.
    ///
    /// - Returns: Nothing for u = -1, which has no image: inversion by exponentiation would make it y = 0, a point of
    ///   order four.
    func edwards(sign: UInt8) -> [UInt8]? {
        let u = FieldElement(littleEndian: rawRepresentation)
        guard !u.isMinusOne else { return nil }
        var encoded = ((u - .one) * (u + .one).inverted).littleEndian
        encoded[31] |= sign << 7
        return encoded
    }

    /// Whether the coordinate is below p and the point is of prime order.
    ///
    /// Asked of the base key that would begin a session, and of nothing else.
    var isCanonical: Bool {
        guard isInRange, let point = edwards(sign: 0) else { return false }
        return crypto_core_ed25519_is_valid_point(point) == 1
    }

    /// Whether the coordinate, read as a 256-bit integer, is below p = 2^255 - 19.
    var isInRange: Bool {
        let u = rawRepresentation
        guard u[31] <= 0x7F else { return false }
        return u[0] < 0xED || u[31] < 0x7F || u[1..<31].contains { $0 < 0xFF }
    }
}
