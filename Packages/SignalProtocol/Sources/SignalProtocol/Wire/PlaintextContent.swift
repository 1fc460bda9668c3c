/// A message sent in the clear, because it reports that decryption failed.
///
/// | part | bytes |
/// |---|---|
/// | `C0` | 1 |
/// | body | protobuf with field 8, then padding: `80`, zeroes |
public struct PlaintextContent: Hashable, Sendable {
    private static let identifier: UInt8 = 0xC0
    private static let paddingBoundary: UInt8 = 0x80
    private static let decryptionErrorField: UInt32 = 8

    /// Everything after the first byte, padding included.
    public let body: [UInt8]

    /// A message that contains a report.
    public init(_ error: DecryptionErrorMessage) {
        var writer = ProtobufWriter()
        writer.put(error.wire, field: Self.decryptionErrorField)
        body = writer.bytes + [Self.paddingBoundary]
    }

    /// Parses a message from untrusted bytes. The body is not validated.
    ///
    /// - Throws: `.ciphertextMessageTooShort`, `.unrecognizedMessageVersion`.
    public init(wire: some Collection<UInt8>) throws(SignalError) {
        guard let first = wire.first else { throw .ciphertextMessageTooShort(byteCount: 0) }
        guard first == Self.identifier else { throw .unrecognizedMessageVersion(UInt32(first)) }
        body = Array(wire.dropFirst())
    }

    /// The message in its wire form.
    public var wire: [UInt8] { [Self.identifier] + body }

    /// The report in the message, if there is one.
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
