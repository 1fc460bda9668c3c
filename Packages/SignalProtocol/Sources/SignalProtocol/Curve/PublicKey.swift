import Cryptography

/// A Curve25519 public key.
///
/// Its wire form is the type byte `0x05`, then the u-coordinate (RFC 7748), 32 bytes, little-endian. Any 32 bytes are
/// taken; what they are worth is found out where they are used: agreements refuse a zero result, signatures a point
/// that is none, and a new session asks `isCanonical`.
public struct PublicKey: Sendable {
    static let typeByte: UInt8 = 0x05
    static let coordinateByteCount = 32
    static let wireByteCount = 33

    /// The type byte and the u-coordinate, 33 bytes.
    public let wire: [UInt8]

    /// Reads a key from bytes a stranger may have written. Bytes after the 33rd are dropped.
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

    /// A coordinate of 32 bytes.
    init(coordinate: [UInt8]) { wire = [Self.typeByte] + coordinate }

    /// The u-coordinate, 32 bytes, little-endian.
    public var rawRepresentation: [UInt8] { Array(wire.dropFirst()) }
}

extension PublicKey: Hashable {
    /// Two encodings of one coordinate are two keys.
    public static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.wire.withUnsafeBytes { left in right.wire.withUnsafeBytes { equalInConstantTime(left, $0) } }
    }

    /// Two keys that differ in one byte are two keys, so all of them count.
    public func hash(into hasher: inout Hasher) { hasher.combine(wire) }
}
