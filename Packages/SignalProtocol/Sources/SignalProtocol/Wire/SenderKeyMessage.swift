/// A message to a group.
///
/// | part | bytes |
/// |---|---|
/// | version | 1 |
/// | fields | protocol buffer |
/// | signature by the chain's signing key | 64 |
public struct SenderKeyMessage: Sendable {
    private static let signatureByteCount = PublicKey.signatureByteCount
    private static let minByteCount = 1 + signatureByteCount

    private enum Field {
        static let distributionID: UInt32 = 1
        static let chainID: UInt32 = 2
        static let iteration: UInt32 = 3
        static let ciphertext: UInt32 = 4
    }

    /// The message as received or as made. The signature covers these bytes, fields we do not know included.
    public let wire: [UInt8]

    /// The version of the group protocol.
    public let version: UInt8
    /// Which distribution of its sender it belongs to.
    public let distributionID: DistributionID
    /// Which chain of that distribution.
    public let chainID: UInt32
    /// Its index in that chain.
    public let iteration: UInt32
    let ciphertext: [UInt8]

    /// Parses a message from bytes a stranger may have written. The signature is checked when it is decrypted.
    public init(wire bytes: some Collection<UInt8>) throws(SignalError) {
        let wire = Array(bytes)
        guard wire.count >= Self.minByteCount, let first = wire.first else {
            throw .ciphertextMessageTooShort(byteCount: wire.count)
        }
        version = try MessageVersion.parse(first, current: MessageVersion.group)

        var distributionID, ciphertext: ArraySlice<UInt8>?
        var chainID, iteration: UInt32?
        var reader = ProtobufReader(wire[1..<wire.count - Self.signatureByteCount])
        while let field = try reader.next() {
            switch field.number {
            case Field.distributionID: distributionID = try field.bytes
            case Field.chainID: chainID = try field.uint32
            case Field.iteration: iteration = try field.uint32
            case Field.ciphertext: ciphertext = try field.bytes
            default: break
            }
        }
        guard let distributionID = distributionID.flatMap(DistributionID.init(bytes:)), let chainID,
            let iteration,
            let ciphertext
        else { throw .invalidProtobufEncoding }
        self.distributionID = distributionID
        self.chainID = chainID
        self.iteration = iteration
        self.ciphertext = Array(ciphertext)
        self.wire = wire
    }

    /// Makes and signs a message.
    init(
        distributionID: DistributionID, chainID: UInt32, iteration: UInt32, ciphertext: [UInt8],
        signingKey: PrivateKey, using random: inout some RandomNumberGenerator
    ) {
        var writer = ProtobufWriter(
            prefix: [MessageVersion.byte(MessageVersion.group, current: MessageVersion.group)],
            reserving: ciphertext.count + 48 + Self.signatureByteCount)
        writer.put(distributionID.bytes, field: Field.distributionID)
        writer.put(chainID, field: Field.chainID)
        writer.put(iteration, field: Field.iteration)
        writer.put(ciphertext, field: Field.ciphertext)
        version = MessageVersion.group
        self.distributionID = distributionID
        self.chainID = chainID
        self.iteration = iteration
        self.ciphertext = ciphertext
        wire = writer.bytes + signingKey.signature(for: writer.bytes, using: &random)
    }

    func isSigned(by key: PublicKey) -> Bool {
        key.isValidSignature(
            wire.suffix(Self.signatureByteCount), for: wire.dropLast(Self.signatureByteCount))
    }
}

extension SenderKeyMessage: Hashable {
    /// Whether both are the same bytes on the wire.
    public static func == (left: SenderKeyMessage, right: SenderKeyMessage) -> Bool {
        left.wire == right.wire
    }
    /// Hashes the bytes on the wire.
    public func hash(into hasher: inout Hasher) { hasher.combine(wire) }
}
