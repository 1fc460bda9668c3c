import Cryptography

/// Lets a group member read what its sender writes from now on.
///
/// It is not authenticated and contains the chain key: send it only through sessions.
public struct SenderKeyDistributionMessage: Sendable {
    private static let minByteCount = 65

    private enum Field {
        static let distributionID: UInt32 = 1
        static let chainID: UInt32 = 2
        static let iteration: UInt32 = 3
        static let chainKey: UInt32 = 4
        static let signingKey: UInt32 = 5
    }

    /// The sender's distribution that it opens.
    public let distributionID: DistributionID
    /// The chain within that distribution.
    public let chainID: UInt32
    /// The index of the first message that it can decrypt.
    public let iteration: UInt32
    /// 32 bytes.
    let chainKey: SecretBytes
    let signingKey: PublicKey

    init(
        distributionID: DistributionID, chainID: UInt32, iteration: UInt32, chainKey: SecretBytes,
        signingKey: PublicKey
    ) {
        self.distributionID = distributionID
        self.chainID = chainID
        self.iteration = iteration
        self.chainKey = chainKey
        self.signingKey = signingKey
    }

    /// Parses a message from untrusted bytes.
    public init(wire bytes: some Collection<UInt8>) throws(SignalError) {
        guard bytes.count >= Self.minByteCount, let first = bytes.first else {
            throw .ciphertextMessageTooShort(byteCount: bytes.count)
        }
        _ = try MessageVersion.parse(first, current: MessageVersion.group)

        var distributionID, chainKey, signingKey: ArraySlice<UInt8>?
        var chainID, iteration: UInt32?
        var reader = ProtobufReader(bytes.dropFirst())
        while let field = try reader.next() {
            switch field.number {
            case Field.distributionID: distributionID = try field.bytes
            case Field.chainID: chainID = try field.uint32
            case Field.iteration: iteration = try field.uint32
            case Field.chainKey: chainKey = try field.bytes
            case Field.signingKey: signingKey = try field.bytes
            default: break
            }
        }
        guard let distributionID = distributionID.flatMap(DistributionID.init(bytes:)), let chainID,
            let iteration,
            let chainKey, chainKey.count == 32, let signingKey, signingKey.count == PublicKey.wireByteCount
        else { throw .invalidProtobufEncoding }
        self.init(
            distributionID: distributionID, chainID: chainID, iteration: iteration,
            chainKey: SecretBytes(chainKey), signingKey: try PublicKey(wire: signingKey))
    }

    /// The message in its wire form. It contains a secret: encrypt it.
    public var wire: [UInt8] {
        var writer = ProtobufWriter(prefix: [
            MessageVersion.byte(MessageVersion.group, current: MessageVersion.group)
        ])
        writer.put(distributionID.bytes, field: Field.distributionID)
        writer.put(chainID, field: Field.chainID)
        writer.put(iteration, field: Field.iteration)
        writer.put(chainKey, field: Field.chainKey)
        writer.put(signingKey.wire, field: Field.signingKey)
        return writer.bytes
    }
}
