import Cryptography

/// The fields that the stored forms of all prekeys share.
///
/// | field | content |
/// |---|---|
/// | 1 | id |
/// | 2 | public key, wire form |
/// | 3 | secret key |
/// | 4 | signature, if the prekey is signed |
/// | 5 | creation date, if recorded: milliseconds since 1970, 64 bits fixed |
/// | 1000 | 1 for a Kyber prekey of last resort; only in the compact form |
struct PreKeyFields: Equatable, Sendable {
    private enum Field {
        static let id: UInt32 = 1
        static let publicKey: UInt32 = 2
        static let secretKey: UInt32 = 3
        static let signature: UInt32 = 4
        static let timestamp: UInt32 = 5
        static let isLastResort: UInt32 = 1000
    }

    var id: UInt32 = 0
    var publicKey: [UInt8] = []
    var secretKey = SecretBytes([])
    var signature: [UInt8] = []
    var timestamp: UInt64 = 0
    var isLastResort = false

    init(
        id: UInt32, publicKey: [UInt8], secretKey: SecretBytes, signature: [UInt8] = [], timestamp: UInt64 = 0
    ) {
        self.id = id
        self.publicKey = publicKey
        self.secretKey = secretKey
        self.signature = signature
        self.timestamp = timestamp
    }

    init(serialized: some Collection<UInt8>) throws(SignalError) {
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case Field.id: id = try field.uint32
            case Field.publicKey: publicKey = Array(try field.bytes)
            case Field.secretKey: secretKey = SecretBytes(try field.bytes)
            case Field.signature: signature = Array(try field.bytes)
            case Field.timestamp: timestamp = try field.fixed64
            case Field.isLastResort: isLastResort = try field.uint64 != 0
            default: break
            }
        }
    }

    var serialized: [UInt8] {
        var writer = ProtobufWriter(reserving: publicKey.count + secretKey.count + 96)
        writer.putUnlessDefault(id, field: Field.id)
        writer.putUnlessDefault(publicKey, field: Field.publicKey)
        writer.putUnlessDefault(secretKey, field: Field.secretKey)
        writer.putUnlessDefault(signature, field: Field.signature)
        writer.putUnlessDefault(fixed: timestamp, field: Field.timestamp)
        writer.putUnlessDefault(isLastResort ? 1 as UInt64 : 0, field: Field.isLastResort)
        return writer.bytes
    }

    /// The keys as a Curve25519 pair.
    func curveKeyPair() throws(SignalError) -> KeyPair {
        KeyPair(
            publicKey: try PublicKey(wire: publicKey),
            privateKey: try PrivateKey(secretKey))
    }
}
