import Cryptography

extension PublicKey {
    /// The key's point on the Edwards curve in Ed25519's encoding, with `sign` in bit 255; nil if there is no such
    /// point.
    func edwards(sign: UInt8) -> [UInt8]? {
        Edwards25519.point(ofCoordinate: rawRepresentation, sign: sign)
    }

    /// Whether the coordinate is below p and the point is of prime order.
    ///
    /// Checked only for the base key of a new session.
    var isCanonical: Bool {
        guard isInRange, let point = edwards(sign: 0) else { return false }
        return Edwards25519.isPrimeOrderPoint(point)
    }

    /// Whether the coordinate, read as a 256-bit integer, is below p = 2^255 - 19.
    var isInRange: Bool {
        let u = rawRepresentation
        guard u[31] <= 0x7F else { return false }
        return u[0] < 0xED || u[31] < 0x7F || u[1..<31].contains { $0 < 0xFF }
    }
}
