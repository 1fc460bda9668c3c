/// A message that includes the data its receiver needs to start the session.
///
/// | part | bytes |
/// |---|---|
/// | version | 1 |
/// | fields | protobuf; one of them is a whole ``SignalMessage`` |
public struct PreKeySignalMessage: Sendable {
    private enum Field {
        static let preKeyID: UInt32 = 1
        static let baseKey: UInt32 = 2
        static let identityKey: UInt32 = 3
        static let message: UInt32 = 4
        static let registrationID: UInt32 = 5
        static let signedPreKeyID: UInt32 = 6
        static let kyberPreKeyID: UInt32 = 7
        static let kyberCiphertext: UInt32 = 8
    }

    /// The message as received or created.
    public let wire: [UInt8]

    /// The version of the session it starts.
    public let version: UInt8
    /// The sender's registration id. It is not authenticated.
    public let registrationID: UInt32
    /// The receiver's one-time prekey that was used; nil if none was.
    public let preKeyID: UInt32?
    /// The receiver's signed prekey that was used.
    public let signedPreKeyID: UInt32
    /// The receiver's Kyber prekey that was used; nil only in version 3.
    public var kyberPreKeyID: UInt32? { kyber?.preKeyID }
    /// The KEM part; always present in version 4.
    let kyber: KyberPart?
    /// The sender's ephemeral key; it identifies the session.
    public let baseKey: PublicKey
    /// The sender's identity key.
    public let identityKey: PublicKey
    /// The encrypted message.
    public let message: SignalMessage

    /// The Kyber prekey that was used, and the secret encapsulated to it: type byte and ciphertext.
    struct KyberPart: Hashable, Sendable {
        let preKeyID: UInt32
        let ciphertext: [UInt8]
    }

    /// Parses a message from untrusted bytes.
    public init(wire bytes: some Collection<UInt8>) throws(SignalError) {
        let wire = Array(bytes)
        guard let first = wire.first else { throw .ciphertextMessageTooShort(byteCount: 0) }
        version = try MessageVersion.parse(first, current: MessageVersion.pqxdh)

        var preKeyID, signedPreKeyID, kyberPreKeyID: UInt32?
        var registrationID: UInt32 = 0
        var baseKey, identityKey, message, kyberCiphertext: ArraySlice<UInt8>?
        var reader = ProtobufReader(wire.dropFirst())
        while let field = try reader.next() {
            switch field.number {
            case Field.preKeyID: preKeyID = try field.uint32
            case Field.baseKey: baseKey = try field.bytes
            case Field.identityKey: identityKey = try field.bytes
            case Field.message: message = try field.bytes
            case Field.registrationID: registrationID = try field.uint32
            case Field.signedPreKeyID: signedPreKeyID = try field.uint32
            case Field.kyberPreKeyID: kyberPreKeyID = try field.uint32
            case Field.kyberCiphertext: kyberCiphertext = try field.bytes
            default: break
            }
        }
        guard let baseKey, let identityKey, let message, let signedPreKeyID else {
            throw .invalidProtobufEncoding
        }
        self.baseKey = try PublicKey(wire: baseKey)
        switch (kyberPreKeyID, kyberCiphertext) {
        case (let id?, let ciphertext?): kyber = KyberPart(preKeyID: id, ciphertext: Array(ciphertext))
        case (nil, nil) where version == MessageVersion.x3dh: kyber = nil
        default: throw .invalidMessage(.preKey)
        }
        self.identityKey = try PublicKey(wire: identityKey)
        self.message = try SignalMessage(wire: message)
        self.preKeyID = preKeyID
        self.signedPreKeyID = signedPreKeyID
        self.registrationID = registrationID
        self.wire = wire
    }

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - version: The session's version.
    ///   - registrationID: Our registration id.
    ///   - preKeyID: The one-time prekey that was used; nil if none was.
    ///   - signedPreKeyID: The signed prekey that was used.
    ///   - kyber: The KEM part.
    ///   - baseKey: Our ephemeral key.
    ///   - identityKey: Our identity key.
    ///   - message: The encrypted message.
    init(
        version: UInt8, registrationID: UInt32, preKeyID: UInt32?, signedPreKeyID: UInt32, kyber: KyberPart?,
        baseKey: PublicKey, identityKey: PublicKey, message: SignalMessage
    ) {
        var writer = ProtobufWriter(
            prefix: [MessageVersion.byte(version, current: MessageVersion.pqxdh)],
            reserving: message.wire.count + (kyber?.ciphertext.count ?? 0) + 128)
        if let preKeyID { writer.put(preKeyID, field: Field.preKeyID) }
        writer.put(baseKey.wire, field: Field.baseKey)
        writer.put(identityKey.wire, field: Field.identityKey)
        writer.put(message.wire, field: Field.message)
        writer.put(registrationID, field: Field.registrationID)
        writer.put(signedPreKeyID, field: Field.signedPreKeyID)
        if let kyber {
            writer.put(kyber.preKeyID, field: Field.kyberPreKeyID)
            writer.put(kyber.ciphertext, field: Field.kyberCiphertext)
        }

        self.version = version
        self.registrationID = registrationID
        self.preKeyID = preKeyID
        self.signedPreKeyID = signedPreKeyID
        self.kyber = kyber
        self.baseKey = baseKey
        self.identityKey = identityKey
        self.message = message
        wire = writer.bytes
    }
}

extension PreKeySignalMessage: Hashable {
    /// Whether both have the same wire form.
    public static func == (left: PreKeySignalMessage, right: PreKeySignalMessage) -> Bool {
        left.wire == right.wire
    }

    /// Hashes the wire form.
    public func hash(into hasher: inout Hasher) { hasher.combine(wire) }
}
