/// A one-time prekey as it is stored. It serves one session and is then deleted.
public struct PreKeyRecord: Equatable, Sendable {
    private let fields: PreKeyFields

    /// A prekey of a key pair that is there already.
    public init(id: UInt32, keyPair: KeyPair) {
        fields = PreKeyFields(id: id, publicKey: keyPair.publicKey.wire, secretKey: keyPair.privateKey.scalar)
    }

    /// A fresh prekey.
    public init(id: UInt32, using random: inout some RandomNumberGenerator) {
        self.init(id: id, keyPair: KeyPair(using: &random))
    }

    /// - Throws: `.invalidProtobufEncoding`. The keys are looked at when they are used.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        fields = try PreKeyFields(serialized: serialized)
    }

    /// The prekey for storage. It holds the private key: seal it.
    public var serialized: [UInt8] { fields.serialized }

    /// What the prekey is called in bundles and first messages.
    public var id: UInt32 { fields.id }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public func keyPair() throws(SignalError) -> KeyPair { try fields.curveKeyPair() }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public func publicKey() throws(SignalError) -> PublicKey { try PublicKey(wire: fields.publicKey) }
}
