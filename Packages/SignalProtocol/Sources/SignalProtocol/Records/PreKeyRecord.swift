import Cryptography

/// A stored one-time prekey. It serves one session and is then deleted.
public struct PreKeyRecord: Equatable, Sendable {
    private let fields: PreKeyFields

    /// A prekey with an existing key pair.
    public init(id: UInt32, keyPair: KeyPair) {
        fields = PreKeyFields(id: id, publicKey: keyPair.publicKey.wire, secretKey: keyPair.privateKey.scalar)
    }

    /// A fresh prekey.
    public init(id: UInt32, using random: inout some RandomNumberGenerator) {
        self.init(id: id, keyPair: KeyPair(using: &random))
    }

    /// A fresh prekey from the system's generator.
    public init(id: UInt32) { self.init(id: id, keyPair: KeyPair()) }

    /// - Throws: `.invalidProtobufEncoding`. The keys are validated on use.
    public init(serialized: some Collection<UInt8>) throws(SignalError) {
        fields = try PreKeyFields(serialized: serialized)
    }

    /// The prekey for storage. It contains the private key: encrypt it.
    public var serialized: [UInt8] { fields.serialized }

    /// The id used in bundles and first messages.
    public var id: UInt32 { fields.id }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public func keyPair() throws(SignalError) -> KeyPair { try fields.curveKeyPair() }

    /// - Throws: `.noKeyTypeIdentifier`, `.badKeyType`, `.badKeyLength`.
    public func publicKey() throws(SignalError) -> PublicKey { try PublicKey(wire: fields.publicKey) }
}
