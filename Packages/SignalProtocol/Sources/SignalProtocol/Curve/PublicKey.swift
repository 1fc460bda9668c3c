import Cryptography

/// A Curve25519 public key.
///
/// Its wire form is the type byte `0x05`, then the u-coordinate (RFC 7748), 32 bytes, little-endian. Any 32 bytes are
/// accepted. Validity is checked on use: agreement rejects an all-zero result, verification rejects bytes that are not
/// a curve point, and a new session requires `isCanonical`.
public struct PublicKey: Sendable {
    static let typeByte: UInt8 = 0x05
    static let coordinateByteCount = 32
    static let wireByteCount = 33

    /// The type byte and the u-coordinate, 33 bytes.
    public let wire: [UInt8]

    /// Reads a key from untrusted bytes. Bytes after the 33rd are ignored.
    ///
    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public init(wire bytes: some Collection<UInt8>) throws(SignalError) {
        guard let type = bytes.first else { throw .noKeyTypeIdentifier }
        guard type == Self.typeByte else { throw .badKeyType(type) }
        guard bytes.count >= Self.wireByteCount else { throw .badKeyLength(bytes.count) }
        wire = Array(bytes.prefix(Self.wireByteCount))
    }

    /// Reads a bare u-coordinate, 32 bytes.
    ///
    /// - Throws: `.badKeyLength`.
    public init(rawRepresentation coordinate: some Collection<UInt8>) throws(SignalError) {
        guard coordinate.count == Self.coordinateByteCount else { throw .badKeyLength(coordinate.count) }
        self.init(coordinate: Array(coordinate))
    }

    /// A key from a coordinate of 32 bytes.
    init(coordinate: [UInt8]) { wire = [Self.typeByte] + coordinate }

    /// The u-coordinate, 32 bytes, little-endian.
    public var rawRepresentation: [UInt8] { Array(wire.dropFirst()) }
}

extension PublicKey: Hashable {
    /// Two encodings of the same coordinate are different keys.
    public static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.wire.withUnsafeBytes { left in right.wire.withUnsafeBytes { equalInConstantTime(left, $0) } }
    }

    /// Hashes the wire form.
    public func hash(into hasher: inout Hasher) { hasher.combine(wire) }
}
