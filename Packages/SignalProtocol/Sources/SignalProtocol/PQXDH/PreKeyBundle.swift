/// What somebody publishes so that others can begin sessions with one of their devices.
public struct PreKeyBundle: Hashable, Sendable {
    /// A prekey with the identity key's signature over its wire form.
    public struct SignedPreKey: Hashable, Sendable {
        /// What its owner calls it.
        public let id: UInt32
        /// The public key.
        public let key: PublicKey
        /// 64 bytes, not yet verified.
        public let signature: [UInt8]

        /// A prekey as it was published.
        public init(id: UInt32, key: PublicKey, signature: [UInt8]) {
            self.id = id
            self.key = key
            self.signature = signature
        }
    }

    /// A KEM prekey with the identity key's signature over its wire form.
    public struct KyberPreKey: Hashable, Sendable {
        /// What its owner calls it.
        public let id: UInt32
        /// The public key.
        public let key: KEMPublicKey
        /// 64 bytes, not yet verified.
        public let signature: [UInt8]

        /// A prekey as it was published.
        public init(id: UInt32, key: KEMPublicKey, signature: [UInt8]) {
            self.id = id
            self.key = key
            self.signature = signature
        }
    }

    /// A prekey that is handed out once. It is not signed.
    public struct OneTimePreKey: Hashable, Sendable {
        /// What its owner calls it.
        public let id: UInt32
        /// The public key.
        public let key: PublicKey

        /// A prekey as it was published.
        public init(id: UInt32, key: PublicKey) {
            self.id = id
            self.key = key
        }
    }

    /// The owner's registration id, as it says itself.
    public let registrationID: UInt32
    /// The device it is of. It is not compared with the address in use.
    public let deviceID: UInt8
    /// The owner's identity key, which signs the two keys below.
    public let identityKey: PublicKey
    /// The prekey that serves every session until it is replaced.
    public let signedPreKey: SignedPreKey
    /// The KEM prekey, which makes the session safe from quantum computers.
    public let kyberPreKey: KyberPreKey
    /// A prekey for this session alone, while the owner has any left.
    public let oneTimePreKey: OneTimePreKey?

    /// What an owner published.
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

    /// What an owner publishes of the prekeys it has stored.
    ///
    /// - Parameters:
    ///   - address: The owner's.
    ///   - identityKey: The owner's, which signed the prekeys.
    ///   - registrationID: The owner's.
    ///   - signedPreKey: As it is stored; of all the records only what is public is taken.
    ///   - kyberPreKey: As it is stored.
    ///   - oneTimePreKey: As it is stored, if there is one left to give away.
    /// - Throws: The errors of keys, if what is stored is damaged.
    public init(
        of address: ProtocolAddress, identityKey: PublicKey, registrationID: UInt32,
        signedPreKey: SignedPreKeyRecord, kyberPreKey: KyberPreKeyRecord, oneTimePreKey: PreKeyRecord? = nil
    ) throws(SignalError) {
        var oneTime: OneTimePreKey?
        if let oneTimePreKey {
            oneTime = OneTimePreKey(id: oneTimePreKey.id, key: try oneTimePreKey.publicKey())
        }
        self.init(
            registrationID: registrationID, deviceID: address.deviceID, identityKey: identityKey,
            signedPreKey: SignedPreKey(
                id: signedPreKey.id, key: try signedPreKey.publicKey(), signature: signedPreKey.signature),
            kyberPreKey: KyberPreKey(
                id: kyberPreKey.id, key: try kyberPreKey.publicKey(), signature: kyberPreKey.signature),
            oneTimePreKey: oneTime)
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
