import Cryptography

extension SenderKeyState {
    private enum Field {
        static let chainID: UInt32 = 1
        static let chainKey: UInt32 = 2
        static let signingKey: UInt32 = 3
        static let skippedKey: UInt32 = 4
        static let version: UInt32 = 5
    }

    /// Chain key and skipped key: an index and 32 bytes. Signing key: public and private bytes.
    private enum PairField {
        static let first: UInt32 = 1
        static let second: UInt32 = 2
    }

    /// - Throws: `.invalidProtobufEncoding`. Keys of a wrong size are detected on use.
    init(serialized: ArraySlice<UInt8>) throws(SignalError) {
        var version: UInt32 = 0
        var chainID: UInt32 = 0
        var chainKey: ChainKey?
        var signingKey: [UInt8] = []
        var signingPrivateKey = SecretBytes([])
        var skippedKeys: [SkippedKey] = []
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case Field.chainID: chainID = try field.uint32
            case Field.chainKey:
                let (index, key) = try Self.numberedKey(try field.bytes)
                chainKey = key.count == ChainKey.byteCount ? ChainKey(key: key, index: index) : nil
            case Field.signingKey: (signingKey, signingPrivateKey) = try Self.keyPair(try field.bytes)
            case Field.skippedKey:
                let (iteration, seed) = try Self.numberedKey(try field.bytes)
                skippedKeys.append(SkippedKey(iteration: iteration, seed: seed))
            case Field.version: version = try field.uint32
            default: break
            }
        }
        self.init(
            version: version == 0 ? UInt32(MessageVersion.group) : version, chainID: chainID,
            chainKey: chainKey,
            signingKey: signingKey, signingPrivateKey: signingPrivateKey, skippedKeys: skippedKeys)
    }

    var serialized: [UInt8] {
        var writer = ProtobufWriter()
        writer.putUnlessDefault(chainID, field: Field.chainID)
        if let chainKey {
            writer.put(field: Field.chainKey) { writer in
                writer.putUnlessDefault(chainKey.index, field: PairField.first)
                writer.put(chainKey.key, field: PairField.second)
            }
        }
        writer.put(field: Field.signingKey) { writer in
            writer.putUnlessDefault(signingKey, field: PairField.first)
            writer.putUnlessDefault(signingPrivateKey, field: PairField.second)
        }
        for key in skippedKeys {
            writer.put(field: Field.skippedKey) { writer in
                writer.putUnlessDefault(key.iteration, field: PairField.first)
                writer.put(key.seed, field: PairField.second)
            }
        }
        writer.putUnlessDefault(version, field: Field.version)
        return writer.bytes
    }

    private static func numberedKey(
        _ serialized: ArraySlice<UInt8>
    ) throws(SignalError) -> (number: UInt32, key: SecretBytes) {
        var number: UInt32 = 0
        var key = SecretBytes([])
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case PairField.first: number = try field.uint32
            case PairField.second: key = SecretBytes(try field.bytes)
            default: break
            }
        }
        return (number, key)
    }

    private static func keyPair(
        _ serialized: ArraySlice<UInt8>
    ) throws(SignalError) -> (publicKey: [UInt8], privateKey: SecretBytes) {
        var publicKey: [UInt8] = []
        var privateKey = SecretBytes([])
        var reader = ProtobufReader(serialized)
        while let field = try reader.next() {
            switch field.number {
            case PairField.first: publicKey = Array(try field.bytes)
            case PairField.second: privateKey = SecretBytes(try field.bytes)
            default: break
            }
        }
        return (publicKey, privateKey)
    }
}
