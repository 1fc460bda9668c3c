import Cryptography

/// An encrypted message of a session.
///
/// | part | bytes |
/// |---|---|
/// | version | 1 |
/// | fields | protobuf |
/// | MAC | 8 |
public struct SignalMessage: Sendable {
    static let macByteCount = 8
    private static let minByteCount = 1 + macByteCount

    private enum Field {
        static let ratchetKey: UInt32 = 1
        static let counter: UInt32 = 2
        static let previousCounter: UInt32 = 3
        static let ciphertext: UInt32 = 4
        static let postQuantumMessage: UInt32 = 5
        static let addresses: UInt32 = 6
    }

    /// The message as received or created. The MAC covers these bytes, including unknown fields.
    public let wire: [UInt8]

    /// The version of the session it belongs to.
    public let version: UInt8
    /// The sender's current ratchet key.
    public let ratchetKey: PublicKey
    /// The message's index in the sender's chain.
    public let counter: UInt32
    /// The last index of the sender's previous chain.
    public let previousCounter: UInt32
    let ciphertext: ArraySlice<UInt8>
    /// The post-quantum ratchet's data; may be empty.
    let postQuantumMessage: [UInt8]
    /// Sender and recipient, 36 bytes; nil unless both are service ids and the session is not yet acknowledged.
    let addresses: [UInt8]?

    /// Parses a message from untrusted bytes. The MAC is verified on decryption.
    public init(wire bytes: some Collection<UInt8>) throws(SignalError) {
        let wire = Array(bytes)
        guard wire.count >= Self.minByteCount, let first = wire.first else {
            throw .ciphertextMessageTooShort(byteCount: wire.count)
        }
        version = try MessageVersion.parse(first, current: MessageVersion.pqxdh)

        var ratchetKey: ArraySlice<UInt8>?
        var counter: UInt32?
        var previousCounter: UInt32 = 0
        var ciphertext: ArraySlice<UInt8>?
        var postQuantumMessage: ArraySlice<UInt8> = []
        var addresses: ArraySlice<UInt8>?
        var reader = ProtobufReader(wire[1..<wire.count - Self.macByteCount])
        while let field = try reader.next() {
            switch field.number {
            case Field.ratchetKey: ratchetKey = try field.bytes
            case Field.counter: counter = try field.uint32
            case Field.previousCounter: previousCounter = try field.uint32
            case Field.ciphertext: ciphertext = try field.bytes
            case Field.postQuantumMessage: postQuantumMessage = try field.bytes
            case Field.addresses: addresses = try field.bytes
            default: break
            }
        }
        guard let ratchetKey else { throw .invalidProtobufEncoding }
        self.ratchetKey = try PublicKey(wire: ratchetKey)
        guard let counter, let ciphertext else { throw .invalidProtobufEncoding }
        self.counter = counter
        self.previousCounter = previousCounter
        self.ciphertext = ciphertext
        self.postQuantumMessage = Array(postQuantumMessage)
        self.addresses = addresses.map(Array.init)
        self.wire = wire
    }

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - version: The session's version.
    ///   - ratchetKey: Our ratchet key, of the sending chain.
    ///   - counter: The index in that chain.
    ///   - previousCounter: The last index of the previous chain.
    ///   - ciphertext: The encrypted plaintext.
    ///   - postQuantumMessage: The post-quantum ratchet's data; omitted when empty.
    ///   - addresses: Sender and recipient, if this message includes them.
    ///   - parties: The identities that the MAC binds it to.
    ///   - macKey: 32 bytes.
    /// - Throws: `.invalidMACKeyLength`.
    init(
        version: UInt8, ratchetKey: PublicKey, counter: UInt32, previousCounter: UInt32, ciphertext: [UInt8],
        postQuantumMessage: [UInt8], addresses: [UInt8]?, parties: MACParties, macKey: UnsafeRawBufferPointer
    ) throws(SignalError) {
        guard macKey.count == MACParties.keyByteCount else { throw .invalidMACKeyLength(macKey.count) }
        var writer = ProtobufWriter(
            prefix: [MessageVersion.byte(version, current: MessageVersion.pqxdh)],
            reserving: ciphertext.count + postQuantumMessage.count + (addresses?.count ?? 0) + 80)
        writer.put(ratchetKey.wire, field: Field.ratchetKey)
        writer.put(counter, field: Field.counter)
        writer.put(previousCounter, field: Field.previousCounter)
        writer.put(ciphertext, field: Field.ciphertext)
        writer.putUnlessDefault(postQuantumMessage, field: Field.postQuantumMessage)
        if let addresses { writer.put(addresses, field: Field.addresses) }
        var wire = writer.bytes
        wire += wire.withUnsafeBytes { parties.mac(of: $0, key: macKey) }

        self.version = version
        self.ratchetKey = ratchetKey
        self.counter = counter
        self.previousCounter = previousCounter
        self.ciphertext = ciphertext[...]
        self.postQuantumMessage = postQuantumMessage
        self.addresses = addresses
        self.wire = wire
    }

    /// Whether the MAC is valid for these parties and this key.
    ///
    /// - Throws: `.invalidMACKeyLength`.
    func hasValidMAC(parties: MACParties, key: UnsafeRawBufferPointer) throws(SignalError) -> Bool {
        guard key.count == MACParties.keyByteCount else { throw .invalidMACKeyLength(key.count) }
        return wire.withUnsafeBytes { bytes in
            let split = bytes.count - Self.macByteCount
            let expected = parties.mac(of: UnsafeRawBufferPointer(rebasing: bytes[..<split]), key: key)
            let actual = UnsafeRawBufferPointer(rebasing: bytes[split...])
            return expected.withUnsafeBytes { equalInConstantTime($0, actual) }
        }
    }
}

extension SignalMessage: Hashable {
    /// Whether both have the same wire form.
    public static func == (left: SignalMessage, right: SignalMessage) -> Bool { left.wire == right.wire }
    /// Hashes the wire form.
    public func hash(into hasher: inout Hasher) { hasher.combine(wire) }
}

/// The two identities that a message's MAC binds it to.
struct MACParties {
    static let keyByteCount = 32

    let sender: PublicKey
    let receiver: PublicKey

    /// The first 8 bytes of HMAC(key, sender || receiver || message).
    func mac(of message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> [UInt8] {
        var hmac = HMACSHA256(key: key)
        hmac.update(sender.wire)
        hmac.update(receiver.wire)
        hmac.update(message)
        return hmac.finish { Array($0.prefix(SignalMessage.macByteCount)) }
    }
}
