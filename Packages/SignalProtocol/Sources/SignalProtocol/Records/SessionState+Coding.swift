import Cryptography

extension SessionState {
    private enum Field {
        static let version: UInt32 = 1
        static let localIdentity: UInt32 = 2
        static let remoteIdentity: UInt32 = 3
        static let rootKey: UInt32 = 4
        static let previousCounter: UInt32 = 5
        static let sendingChain: UInt32 = 6
        static let receivingChain: UInt32 = 7
        static let pendingPreKey: UInt32 = 9
        static let remoteRegistrationID: UInt32 = 10
        static let localRegistrationID: UInt32 = 11
        static let baseKey: UInt32 = 13
        static let pendingKyber: UInt32 = 14
        static let postQuantumRatchet: UInt32 = 15
    }

    /// A stored version of zero predates the version field.
    private static let implicitVersion: UInt32 = 2

    /// Reads a state from storage.
    ///
    /// - Parameters:
    ///   - serialized: The stored form.
    ///   - readsChains: Whether the receiving chains are read as well. For an attempt they are not: what they keep can
    ///     be a hundred times the rest.
    /// - Throws: `.invalidSessionStructure` if it is damaged. A damaged receiving chain does not count as damage.
    init(serialized: ArraySlice<UInt8>, readsChains: Bool = true) throws(SignalError) {
        do {
            try self.init(fields: serialized, readsChains: readsChains)
        } catch {
            throw .invalidSessionStructure
        }
    }

    private init(fields serialized: ArraySlice<UInt8>, readsChains: Bool) throws(SignalError) {
        var version: UInt32 = 0
        var localIdentity: ArraySlice<UInt8> = []
        var remoteIdentity: ArraySlice<UInt8> = []
        var baseKey: [UInt8] = []
        var rootKey = SecretBytes([])
        var postQuantumRatchet = SecretBytes([])
        var sendingChain: ArraySlice<UInt8>?
        var receivingChains: [StoredReceivingChain] = []
        var pendingPreKey: PendingPreKey?
        var pendingKyber: PreKeySignalMessage.KyberPart?
        var previousCounter: UInt32 = 0
        var registrationIDs = (local: UInt32(0), remote: UInt32(0))

        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case Field.version: version = try field.uint32
            case Field.localIdentity: localIdentity = try field.bytes
            case Field.remoteIdentity: remoteIdentity = try field.bytes
            case Field.rootKey: rootKey = SecretBytes(try field.bytes)
            case Field.previousCounter: previousCounter = try field.uint32
            case Field.sendingChain: sendingChain = try field.bytes
            case Field.receivingChain:
                let chain = try field.bytes
                receivingChains.append(
                    readsChains
                        ? try StoredReceivingChain(serialized: chain) : StoredReceivingChain(unread: chain))
            case Field.pendingPreKey: pendingPreKey = try PendingPreKey(serialized: try field.bytes)
            case Field.remoteRegistrationID: registrationIDs.remote = try field.uint32
            case Field.localRegistrationID: registrationIDs.local = try field.uint32
            case Field.baseKey: baseKey = Array(try field.bytes)
            case Field.pendingKyber:
                pendingKyber = try PreKeySignalMessage.KyberPart(serialized: try field.bytes)
            case Field.postQuantumRatchet: postQuantumRatchet = SecretBytes(try field.bytes)
            default: break
            }
        }
        self.init(
            version: version == 0 ? Self.implicitVersion : version,
            localIdentity: try PublicKey(wire: localIdentity),
            remoteIdentity: try PublicKey(wire: remoteIdentity), baseKey: baseKey,
            rootKey: RootKey(key: rootKey),
            postQuantumRatchet: PostQuantumRatchet(serialized: postQuantumRatchet))
        self.previousCounter = previousCounter
        if let sendingChain { self.sendingChain = try SendingChain(serialized: sendingChain) }
        self.receivingChains = receivingChains
        self.pendingPreKey = pendingPreKey
        self.pendingKyber = pendingKyber
        localRegistrationID = registrationIDs.local
        remoteRegistrationID = registrationIDs.remote
    }

    /// The stored form.
    func serialized(_ form: StoredForm = .official) -> [UInt8] {
        var writer = ProtobufWriter(reserving: 8192, form: form)
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the stored form that the writer asks for.
    func write(to writer: inout ProtobufWriter) {
        writer.putUnlessDefault(version, field: Field.version)
        writer.putUnlessDefault(localIdentity.wire, field: Field.localIdentity)
        writer.putUnlessDefault(remoteIdentity.wire, field: Field.remoteIdentity)
        writer.putUnlessDefault(rootKey.key, field: Field.rootKey)
        writer.putUnlessDefault(previousCounter, field: Field.previousCounter)
        if let sendingChain { writer.put(field: Field.sendingChain) { sendingChain.write(to: &$0) } }
        for chain in receivingChains { writer.put(field: Field.receivingChain) { chain.write(to: &$0) } }
        if let pendingPreKey { writer.put(pendingPreKey.serialized, field: Field.pendingPreKey) }
        writer.putUnlessDefault(remoteRegistrationID, field: Field.remoteRegistrationID)
        writer.putUnlessDefault(localRegistrationID, field: Field.localRegistrationID)
        writer.putUnlessDefault(baseKey, field: Field.baseKey)
        if let pendingKyber { writer.put(pendingKyber.serialized, field: Field.pendingKyber) }
        postQuantumRatchet.write(to: &writer, field: Field.postQuantumRatchet)
    }

    /// A stored session in the official form; as it is, if it cannot be read.
    static func official(serialized: SecretBytes) -> SecretBytes {
        let hasSeed = serialized.withUnsafeBytes { bytes in
            ProtobufScanner.field(Field.postQuantumRatchet, of: bytes)
                .map { SPQRState.hasSeed(serialized: $0) } ?? false
        }
        guard hasSeed, let state = serialized.withArray({ try? SessionState(serialized: $0[...]) }) else {
            return serialized
        }
        return SecretBytes(taking: state.serialized())
    }

    /// Whether a stored session has a receiving chain for a ratchet key. Nothing but that is read.
    static func knows(_ key: PublicKey, serialized: SecretBytes) -> Bool {
        serialized.withUnsafeBytes { bytes in
            var scanner = ProtobufScanner(bytes)
            while let field = scanner.next() {
                guard field.number == Field.receivingChain else { continue }
                if StoredReceivingChain.ratchetKey(inSerialized: field.bytes) == key { return true }
            }
            return false
        }
    }

    /// Reads only the identifying fields of a stored session.
    ///
    /// - Throws: `.invalidSessionStructure`.
    static func identification(
        of serialized: ArraySlice<UInt8>
    ) throws(SignalError) -> (version: UInt32, baseKey: ArraySlice<UInt8>) {
        do {
            var version: UInt32 = 0
            var baseKey: ArraySlice<UInt8> = []
            var reader = ProtobufReader(serialized)
            while let field = try reader.next() {
                switch field.number {
                case Field.version: version = try field.uint32
                case Field.baseKey: baseKey = try field.bytes
                default: break
                }
            }
            return (version == 0 ? implicitVersion : version, baseKey)
        } catch {
            throw .invalidSessionStructure
        }
    }
}

extension SessionState.PendingPreKey {
    private enum Field {
        static let preKeyID: UInt32 = 1
        static let baseKey: UInt32 = 2
        static let signedPreKeyID: UInt32 = 3
        static let createdAt: UInt32 = 4
    }

    fileprivate init(serialized: ArraySlice<UInt8>) throws(SignalError) {
        var preKeyID: UInt32?
        var baseKey: ArraySlice<UInt8> = []
        var signedPreKeyID: UInt32 = 0
        var createdAt: UInt64 = 0
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case Field.preKeyID: preKeyID = try field.uint32
            case Field.baseKey: baseKey = try field.bytes
            case Field.signedPreKeyID: signedPreKeyID = try field.uint32
            case Field.createdAt: createdAt = try field.uint64
            default: break
            }
        }
        self.init(
            preKeyID: preKeyID, signedPreKeyID: signedPreKeyID, baseKey: Array(baseKey), createdAt: createdAt)
    }

    fileprivate var serialized: [UInt8] {
        var writer = ProtobufWriter()
        if let preKeyID { writer.put(preKeyID, field: Field.preKeyID) }
        writer.putUnlessDefault(baseKey, field: Field.baseKey)
        // The id is stored as a signed number; negative ids are sign-extended to 64 bits.
        let signed = Int64(Int32(bitPattern: signedPreKeyID))
        writer.putUnlessDefault(UInt64(bitPattern: signed), field: Field.signedPreKeyID)
        writer.putUnlessDefault(createdAt, field: Field.createdAt)
        return writer.bytes
    }
}

extension PreKeySignalMessage.KyberPart {
    private enum Field {
        static let preKeyID: UInt32 = 1
        static let ciphertext: UInt32 = 2
    }

    fileprivate init(serialized: ArraySlice<UInt8>) throws(SignalError) {
        var preKeyID: UInt32 = 0
        var ciphertext: ArraySlice<UInt8> = []
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case Field.preKeyID: preKeyID = try field.uint32
            case Field.ciphertext: ciphertext = try field.bytes
            default: break
            }
        }
        self.init(preKeyID: preKeyID, ciphertext: Array(ciphertext))
    }

    fileprivate var serialized: [UInt8] {
        var writer = ProtobufWriter(reserving: ciphertext.count + 16)
        writer.putUnlessDefault(preKeyID, field: Field.preKeyID)
        writer.putUnlessDefault(ciphertext, field: Field.ciphertext)
        return writer.bytes
    }
}
