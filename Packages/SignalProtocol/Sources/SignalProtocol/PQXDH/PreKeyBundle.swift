/// The published keys of a device, which let others start sessions with it.
public struct PreKeyBundle: Hashable, Sendable {
    /// A prekey with the identity key's signature over its wire form.
    public struct SignedPreKey: Hashable, Sendable {
        /// The id assigned by the owner.
        public let id: UInt32
        /// The public key.
        public let key: PublicKey
        /// 64 bytes, not yet verified.
        public let signature: [UInt8]

        /// A signed prekey as it was published.
        public init(id: UInt32, key: PublicKey, signature: [UInt8]) {
            self.id = id
            self.key = key
            self.signature = signature
        }
    }

    /// A KEM prekey with the identity key's signature over its wire form.
    public struct KyberPreKey: Hashable, Sendable {
        /// The id assigned by the owner.
        public let id: UInt32
        /// The public key.
        public let key: KEMPublicKey
        /// 64 bytes, not yet verified.
        public let signature: [UInt8]

        /// A Kyber prekey as it was published.
        public init(id: UInt32, key: KEMPublicKey, signature: [UInt8]) {
            self.id = id
            self.key = key
            self.signature = signature
        }
    }

    /// A prekey that is handed out only once. It is not signed.
    public struct OneTimePreKey: Hashable, Sendable {
        /// The id assigned by the owner.
        public let id: UInt32
        /// The public key.
        public let key: PublicKey

        /// A one-time prekey as it was published.
        public init(id: UInt32, key: PublicKey) {
            self.id = id
            self.key = key
        }
    }

    /// The owner's registration id, as stated by the owner.
    public let registrationID: UInt32
    /// The owner's device. It is not compared with the address in use.
    public let deviceID: UInt8
    /// The owner's identity key, which signs the two prekeys below.
    public let identityKey: PublicKey
    /// The prekey used for every session until it is replaced.
    public let signedPreKey: SignedPreKey
    /// The KEM prekey, which protects the session against quantum computers.
    public let kyberPreKey: KyberPreKey
    /// A prekey for this session only; nil if the owner has none left.
    public let oneTimePreKey: OneTimePreKey?

    /// A bundle as it was published.
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

    /// The bundle for an owner's stored prekeys.
    ///
    /// - Parameters:
    ///   - address: The owner's address.
    ///   - identityKey: The owner's identity key, which signed the prekeys.
    ///   - registrationID: The owner's registration id.
    ///   - signedPreKey: The stored record; only the public parts of the records are used.
    ///   - kyberPreKey: The stored record.
    ///   - oneTimePreKey: The stored record, if there is one left to hand out.
    /// - Throws: The errors of keys if a record is damaged.
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

    /// Verifies the identity's signatures on both signed keys.
    ///
    /// - Throws: `.signatureValidationFailed`.
    public func verifySignatures() throws(SignalError) {
        guard identityKey.isValidSignature(signedPreKey.signature, for: signedPreKey.key.wire),
            identityKey.isValidSignature(kyberPreKey.signature, for: kyberPreKey.key.wire)
        else { throw .signatureValidationFailed }
    }
}
