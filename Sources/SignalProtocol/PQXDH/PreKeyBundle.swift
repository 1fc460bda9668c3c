/// What somebody publishes so that others can begin sessions with one of their devices.
public struct PreKeyBundle: Hashable, Sendable {
    /// A prekey with the identity key's signature over its wire form.
    public struct SignedPreKey: Hashable, Sendable {
        public let id: UInt32
        public let key: PublicKey
        public let signature: [UInt8]

        public init(id: UInt32, key: PublicKey, signature: [UInt8]) {
            self.id = id
            self.key = key
            self.signature = signature
        }
    }

    /// A KEM prekey with the identity key's signature over its wire form.
    public struct KyberPreKey: Hashable, Sendable {
        public let id: UInt32
        public let key: KEMPublicKey
        public let signature: [UInt8]

        public init(id: UInt32, key: KEMPublicKey, signature: [UInt8]) {
            self.id = id
            self.key = key
            self.signature = signature
        }
    }

    /// A prekey that is handed out once. It is not signed.
    public struct OneTimePreKey: Hashable, Sendable {
        public let id: UInt32
        public let key: PublicKey

        public init(id: UInt32, key: PublicKey) {
            self.id = id
            self.key = key
        }
    }

    public let registrationID: UInt32
    /// The device it is of. It is not compared with the address in use.
    public let deviceID: UInt8
    public let identityKey: PublicKey
    public let signedPreKey: SignedPreKey
    public let kyberPreKey: KyberPreKey
    public let oneTimePreKey: OneTimePreKey?

    public init(
        registrationID: UInt32, deviceID: UInt8, identityKey: PublicKey, signedPreKey: SignedPreKey,
        kyberPreKey: KyberPreKey, oneTimePreKey: OneTimePreKey? = nil
    ) {
        self.registrationID = registrationID
        self.deviceID = deviceID
        self.identityKey = identityKey
        self.signedPreKey = signedPreKey
        self.kyberPreKey = kyberPreKey
        self.oneTimePreKey = oneTimePreKey
    }

    /// Whether both signed keys are signed by the identity.
    ///
    /// - Throws: `.signatureValidationFailed`.
    public func verifySignatures() throws(SignalError) {
        guard identityKey.isValidSignature(signedPreKey.signature, for: signedPreKey.key.wire),
            identityKey.isValidSignature(kyberPreKey.signature, for: kyberPreKey.key.wire)
        else { throw .signatureValidationFailed }
    }
}
