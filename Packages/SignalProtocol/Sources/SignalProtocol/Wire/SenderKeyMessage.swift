/// A message to a group.
///
/// | part | bytes |
/// |---|---|
/// | version | 1 |
/// | fields | protobuf |
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

    /// The message as received or created. The signature covers these bytes, including unknown fields.
    public let wire: [UInt8]

    /// The version of the group protocol.
    public let version: UInt8
    /// The sender's distribution that it belongs to.
    public let distributionID: DistributionID
    /// The chain within that distribution.
    public let chainID: UInt32
    /// The message's index in that chain.
    public let iteration: UInt32
    let ciphertext: [UInt8]

    /// Parses a message from untrusted bytes. The signature is verified on decryption.
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

    /// Creates and signs a message.
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
    /// Whether both have the same wire form.
    public static func == (left: SenderKeyMessage, right: SenderKeyMessage) -> Bool {
        left.wire == right.wire
    }
    /// Hashes the wire form.
    public func hash(into hasher: inout Hasher) { hasher.combine(wire) }
}
