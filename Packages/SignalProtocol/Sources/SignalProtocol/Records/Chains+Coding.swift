import Cryptography

/// A stored chain of either direction, before validation.
private struct StoredChain {
    enum Field {
        static let ratchetKey: UInt32 = 1
        static let privateKey: UInt32 = 2
        static let chainKey: UInt32 = 3
        static let skippedKey: UInt32 = 4
    }

    private enum ChainKeyField {
        static let index: UInt32 = 1
        static let key: UInt32 = 2
    }

    var ratchetKey: ArraySlice<UInt8> = []
    var privateKey: ArraySlice<UInt8> = []
    var chainKey: ChainKey?
    /// Newest first; nil for a key that cannot be used.
    var skippedKeys: [SkippedMessageKey?] = []

    /// - Throws: `.invalidProtobufEncoding`.
    init(serialized: ArraySlice<UInt8>) throws(SignalError) {
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case Field.ratchetKey: ratchetKey = try field.bytes
            case Field.privateKey: privateKey = try field.bytes
            case Field.chainKey: chainKey = try Self.chainKey(serialized: try field.bytes)
            case Field.skippedKey:
                skippedKeys.append(try SkippedMessageKey.stored(serialized: try field.bytes))
            default: break
            }
        }
    }

    private static func chainKey(serialized: ArraySlice<UInt8>) throws(SignalError) -> ChainKey? {
        var index: UInt32 = 0
        var key: ArraySlice<UInt8> = []
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case ChainKeyField.index: index = try field.uint32
            case ChainKeyField.key: key = try field.bytes
            default: break
            }
        }
        return key.count == ChainKey.byteCount ? ChainKey(key: SecretBytes(key), index: index) : nil
    }

    static func write(
        ratchetKey: PublicKey, privateKey: PrivateKey? = nil, chainKey: ChainKey,
        skippedKeys: [SkippedMessageKey] = [], to writer: inout ProtobufWriter
    ) {
        writer.putUnlessDefault(ratchetKey.wire, field: Field.ratchetKey)
        if let privateKey { writer.putUnlessDefault(privateKey.scalar, field: Field.privateKey) }
        writer.put(field: Field.chainKey) { writer in
            writer.putUnlessDefault(chainKey.index, field: ChainKeyField.index)
            writer.putUnlessDefault(chainKey.key, field: ChainKeyField.key)
        }
        for key in skippedKeys.reversed() {
            writer.put(field: Field.skippedKey) { key.write(to: &$0) }
        }
    }
}

extension SendingChain {
    /// - Throws: `.invalidSessionStructure` and the errors of keys.
    init(serialized: ArraySlice<UInt8>) throws(SignalError) {
        let stored = try StoredChain(serialized: serialized)
        guard let chainKey = stored.chainKey else { throw .invalidSessionStructure }
        let keyPair = KeyPair(
            publicKey: try PublicKey(wire: stored.ratchetKey),
            privateKey: try PrivateKey(rawRepresentation: stored.privateKey))
        self.init(ratchetKey: keyPair, chainKey: chainKey)
    }

    func write(to writer: inout ProtobufWriter) {
        StoredChain.write(
            ratchetKey: ratchetKey.publicKey, privateKey: ratchetKey.privateKey, chainKey: chainKey,
            to: &writer)
    }
}

extension SessionState.StoredReceivingChain {
    /// The ratchet key of a stored chain; nil if there is none.
    static func ratchetKey(inSerialized chain: UnsafeRawBufferPointer) -> PublicKey? {
        var scanner = ProtobufScanner(chain)
        while let field = scanner.next() {
            if field.number == StoredChain.Field.ratchetKey { return try? PublicKey(wire: field.bytes) }
        }
        return nil
    }

    /// A chain of which only the ratchet key is read.
    init(unread serialized: ArraySlice<UInt8>) {
        let serialized = SecretBytes(serialized)
        self = .unread(
            ratchetKey: serialized.withUnsafeBytes { Self.ratchetKey(inSerialized: $0) },
            serialized: serialized)
    }

    /// The same chain, read.
    var read: Self {
        guard case .unread(let ratchetKey, let serialized) = self else { return self }
        return serialized.withArray { try? Self(serialized: $0[...]) }
            ?? .damaged(ratchetKey: ratchetKey, serialized: serialized)
    }

    /// - Throws: `.invalidProtobufEncoding`.
    init(serialized: ArraySlice<UInt8>) throws(SignalError) {
        let stored = try StoredChain(serialized: serialized)
        let ratchetKey = try? PublicKey(wire: stored.ratchetKey)
        let skippedKeys = stored.skippedKeys.compactMap(\.self)
        guard let ratchetKey, let chainKey = stored.chainKey, skippedKeys.count == stored.skippedKeys.count
        else {
            self = .damaged(ratchetKey: ratchetKey, serialized: SecretBytes(serialized))
            return
        }
        self = .usable(
            ReceivingChain(ratchetKey: ratchetKey, chainKey: chainKey, skippedKeys: skippedKeys.reversed()))
    }

    func write(to writer: inout ProtobufWriter) {
        switch self {
        case .usable(let chain):
            StoredChain.write(
                ratchetKey: chain.ratchetKey, chainKey: chain.chainKey, skippedKeys: chain.skippedKeys,
                to: &writer)
        case .unread(_, let serialized), .damaged(_, let serialized): writer.append(serialized)
        }
    }
}

extension SkippedMessageKey {
    private enum Field {
        static let index: UInt32 = 1
        static let cipherKey: UInt32 = 2
        static let macKey: UInt32 = 3
        static let iv: UInt32 = 4
        static let seed: UInt32 = 5
    }

    /// - Returns: Nil if the key's size is wrong.
    /// - Throws: `.invalidProtobufEncoding`.
    fileprivate static func stored(serialized: ArraySlice<UInt8>) throws(SignalError) -> SkippedMessageKey? {
        var index: UInt32 = 0
        var cipherKey, macKey, iv, seed: ArraySlice<UInt8>
        (cipherKey, macKey, iv, seed) = ([], [], [], [])
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case Field.index: index = try field.uint32
            case Field.cipherKey: cipherKey = try field.bytes
            case Field.macKey: macKey = try field.bytes
            case Field.iv: iv = try field.bytes
            case Field.seed: seed = try field.bytes
            default: break
            }
        }
        if !seed.isEmpty {
            return seed.count == ChainKey.byteCount
                ? Self(index: index, secret: .seed(SecretBytes(seed))) : nil
        }
        guard cipherKey.count == 32, macKey.count == 32, iv.count == 16 else { return nil }
        return MessageKeys(material: SecretBytes(cipherKey + macKey + iv)).map {
            Self(index: index, secret: .expanded($0))
        }
    }

    fileprivate func write(to writer: inout ProtobufWriter) {
        writer.putUnlessDefault(index, field: Field.index)
        switch secret {
        case .seed(let seed): writer.put(seed, field: Field.seed)
        case .expanded(let keys):
            writer.put(keys.cipherKey, field: Field.cipherKey)
            writer.put(keys.macKey, field: Field.macKey)
            writer.put(keys.iv, field: Field.iv)
        }
    }
}
