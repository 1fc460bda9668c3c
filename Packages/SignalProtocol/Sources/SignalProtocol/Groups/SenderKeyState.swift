import Cryptography

/// One chain of a sender: our own, with the key that signs, or somebody else's.
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
    /// Nothing if what was stored is no chain key.
    private(set) var chainKey: ChainKey?
    /// Wire form, not yet looked at.
    let signingKey: [UInt8]
    /// Empty for chains of others.
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

    /// A chain of our own.
    init(using random: inout some RandomNumberGenerator) {
        let chainID = UInt32(truncatingIfNeeded: random.next()) >> 1
        let chainKey = ChainKey(key: SecretBytes(byteCount: ChainKey.byteCount, using: &random))
        let signing = KeyPair(using: &random)
        self.init(
            chainID: chainID, chainKey: chainKey, signingKey: signing.publicKey.wire,
            signingPrivateKey: signing.privateKey.scalar)
    }

    /// A chain of somebody else, from where its sender stands now.
    init(_ message: SenderKeyDistributionMessage) {
        self.init(
            chainID: message.chainID, chainKey: ChainKey(key: message.chainKey, index: message.iteration),
            signingKey: message.signingKey.wire)
    }

    /// Takes the key of our next message.
    ///
    /// - Throws: `.invalidState` at the end of the chain; nothing if there is no chain key.
    mutating func takeNextKey() throws(SignalError) -> (iteration: UInt32, keys: GroupMessageKeys)? {
        guard let chainKey else { return nil }
        self.chainKey = try chainKey.next()
        return (chainKey.index, GroupMessageKeys(seed: chainKey.messageSeed))
    }

    /// Takes the key of message `iteration`: one that was kept, or the chain's next, keeping those in between.
    ///
    /// - Throws: `.duplicatedMessage`, `.invalidMessage(.senderKey)` if it is too far ahead, `.invalidState`; nothing
    ///   if there is no chain key.
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
/// - Shape: 48 bytes: IV (16), cipher key (32). The order is not that of sessions.
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

    /// The plaintext, or nothing if length or padding is wrong.
    func open(_ ciphertext: [UInt8]) -> [UInt8]? {
        material.withUnsafeBytes { bytes in
            AESCBC.decrypt(
                ciphertext, key: UnsafeRawBufferPointer(rebasing: bytes[16...]),
                iv: UnsafeRawBufferPointer(rebasing: bytes[..<16]))
        }
    }
}
