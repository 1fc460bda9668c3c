import Cryptography

/// One chain of a sender: our own, with its signing key, or a peer's.
struct SenderKeyState: Equatable, Sendable {
    static let maxForwardJump: UInt32 = 25_000
    static let maxSkippedKeys = 2_000

    struct SkippedKey: Equatable, Sendable {
        let iteration: UInt32
        let seed: SecretBytes
    }

    /// A stored zero counts as 3.
    let version: UInt32
    let chainID: UInt32
    /// Nil if the stored bytes are not a valid chain key.
    private(set) var chainKey: ChainKey?
    /// Wire form, not yet validated.
    let signingKey: [UInt8]
    /// Empty for chains of peers.
    let signingPrivateKey: SecretBytes
    /// Oldest first.
    private(set) var skippedKeys: [SkippedKey] = []

    init(
        version: UInt32 = UInt32(MessageVersion.group), chainID: UInt32, chainKey: ChainKey?,
        signingKey: [UInt8],
        signingPrivateKey: SecretBytes = SecretBytes([]), skippedKeys: [SkippedKey] = []
    ) {
        self.version = version
        self.chainID = chainID
        self.chainKey = chainKey
        self.signingKey = signingKey
        self.signingPrivateKey = signingPrivateKey
        self.skippedKeys = skippedKeys
    }

    /// A new chain of our own.
    init(using random: inout some RandomNumberGenerator) {
        let chainID = UInt32(truncatingIfNeeded: random.next()) >> 1
        let chainKey = ChainKey(key: SecretBytes(byteCount: ChainKey.byteCount, using: &random))
        let signing = KeyPair(using: &random)
        self.init(
            chainID: chainID, chainKey: chainKey, signingKey: signing.publicKey.wire,
            signingPrivateKey: signing.privateKey.scalar)
    }

    /// A peer's chain, from its sender's current position.
    init(_ message: SenderKeyDistributionMessage) {
        self.init(
            chainID: message.chainID, chainKey: ChainKey(key: message.chainKey, index: message.iteration),
            signingKey: message.signingKey.wire)
    }

    /// Takes the key of our next message; nil if there is no chain key.
    ///
    /// - Throws: `.invalidState` at the end of the chain.
    mutating func takeNextKey() throws(SignalError) -> (iteration: UInt32, keys: GroupMessageKeys)? {
        guard let chainKey else { return nil }
        self.chainKey = try chainKey.next()
        return (chainKey.index, GroupMessageKeys(seed: chainKey.messageSeed))
    }

    /// Takes the key of message `iteration`: a stored key, or the chain's next, storing those in between. Nil if there
    /// is no chain key.
    ///
    /// - Throws: `.duplicatedMessage`, `.invalidMessage(.senderKey)` if it is too far ahead, `.invalidState`.
    mutating func takeKey(of iteration: UInt32) throws(SignalError) -> GroupMessageKeys? {
        guard var chain = chainKey else { return nil }
        if iteration < chain.index {
            guard let position = skippedKeys.lastIndex(where: { $0.iteration == iteration }) else {
                throw .duplicatedMessage(chainIndex: chain.index, counter: iteration)
            }
            return GroupMessageKeys(seed: skippedKeys.remove(at: position).seed)
        }
        guard iteration - chain.index <= Self.maxForwardJump else { throw .invalidMessage(.senderKey) }
        let kept = min(Int(iteration - chain.index), Self.maxSkippedKeys)
        skippedKeys.removeFirst(max(0, skippedKeys.count + kept - Self.maxSkippedKeys))
        while chain.index < iteration {
            if iteration - chain.index <= kept {
                skippedKeys.append(SkippedKey(iteration: chain.index, seed: chain.messageSeed))
            }
            chain = try chain.next()
        }
        chainKey = try chain.next()
        return GroupMessageKeys(seed: chain.messageSeed)
    }
}

/// The keys of one group message.
///
/// - Shape: 48 bytes: IV (16), cipher key (32). The order differs from that of sessions.
struct GroupMessageKeys {
    private static let info = Array("WhisperGroup".utf8)

    private let material: SecretBytes

    init(seed: SecretBytes) {
        material = HKDFSHA256.derive(secret: seed, info: Self.info, byteCount: 48)
    }

    var iv: SecretBytes { material.slice(0..<16) }
    var cipherKey: SecretBytes { material.slice(16..<48) }

    func seal(_ plaintext: [UInt8]) -> [UInt8] {
        material.withUnsafeBytes { bytes in
            AESCBC.encrypt(
                plaintext, key: UnsafeRawBufferPointer(rebasing: bytes[16...]),
                iv: UnsafeRawBufferPointer(rebasing: bytes[..<16]))
        }
    }

    /// The plaintext; nil if the length or the padding is wrong.
    func open(_ ciphertext: [UInt8]) -> [UInt8]? {
        material.withUnsafeBytes { bytes in
            AESCBC.decrypt(
                ciphertext, key: UnsafeRawBufferPointer(rebasing: bytes[16...]),
                iv: UnsafeRawBufferPointer(rebasing: bytes[..<16]))
        }
    }
}
