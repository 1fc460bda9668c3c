/// A message that is sent in the clear, because its very subject is that nothing could be decrypted.
///
/// | part | bytes |
/// |---|---|
/// | `C0` | 1 |
/// | body | protocol buffer with field 8, then padding: `80`, zeroes |
public struct PlaintextContent: Hashable, Sendable {
    private static let identifier: UInt8 = 0xC0
    private static let paddingBoundary: UInt8 = 0x80
    private static let decryptionErrorField: UInt32 = 8

    /// Everything after the first byte, padding included.
    public let body: [UInt8]

    /// The message that carries a report.
    public init(_ error: DecryptionErrorMessage) {
        var writer = ProtobufWriter()
        writer.put(error.wire, field: Self.decryptionErrorField)
        body = writer.bytes + [Self.paddingBoundary]
    }

    /// Parses a message from bytes a stranger may have written. The body is not looked at.
    ///
    /// - Throws: `.ciphertextMessageTooShort`, `.unrecognizedMessageVersion`.
    public init(wire: some Collection<UInt8>) throws(SignalError) {
        guard let first = wire.first else { throw .ciphertextMessageTooShort(byteCount: 0) }
        guard first == Self.identifier else { throw .unrecognizedMessageVersion(UInt32(first)) }
        body = Array(wire.dropFirst())
    }

    /// The message as it is sent.
    public var wire: [UInt8] { [Self.identifier] + body }

    /// The report inside, if there is one.
    ///
    /// - Throws: `.invalidProtobufEncoding` and the errors of keys.
    public func decryptionError() throws(SignalError) -> DecryptionErrorMessage? {
        var content = body[...]
        while content.last == 0 { content.removeLast() }
        guard content.popLast() == Self.paddingBoundary else { throw .invalidProtobufEncoding }
        var reader = ProtobufReader(content)
        var message: ArraySlice<UInt8>?
        while let field = try reader.next() {
            if field.number == Self.decryptionErrorField { message = try field.bytes }
        }
        guard let message else { return nil }
        return try DecryptionErrorMessage(wire: message)
    }
}
