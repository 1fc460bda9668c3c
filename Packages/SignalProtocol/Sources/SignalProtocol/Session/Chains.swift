import Cryptography

/// Our side of the ratchet: our ratchet key, and the chain that our messages take their keys from.
struct SendingChain: Equatable, Sendable {
    let ratchetKey: KeyPair
    var chainKey: ChainKey
}

/// The key of a message that has not arrived yet.
struct SkippedMessageKey: Equatable, Sendable {
    enum Secret: Equatable, Sendable {
        /// 32 bytes, from which the keys are derived when the message arrives.
        case seed(SecretBytes)
        /// The keys themselves, as stored by old sessions. No post-quantum key is mixed into them.
        case expanded(MessageKeys)

        func messageKeys(postQuantumKey: SecretBytes?) -> MessageKeys {
            switch self {
            case .seed(let seed): MessageKeys(seed: seed, postQuantumKey: postQuantumKey)
            case .expanded(let keys): keys
            }
        }
    }

    let index: UInt32
    let secret: Secret
}

/// The chain for one of the peer's ratchet keys.
struct ReceivingChain: Equatable, Sendable {
    /// Maximum distance of a message ahead of the chain.
    static let maxForwardJump: UInt32 = 25_000
    /// The same for a session with our own account, for which the protocol sets no limit: half of what a message may
    /// cost, since the post-quantum ratchet jumps as far. The official library would run for hours on a forged counter.
    static let maxForwardJumpToSelf = UInt32(DerivationBudget.maxStepCount / 2)
    static let maxSkippedKeys = 2_000

    let ratchetKey: PublicKey
    private(set) var chainKey: ChainKey
    /// Keys of skipped messages, oldest first.
    private(set) var skippedKeys: [SkippedMessageKey]

    init(ratchetKey: PublicKey, chainKey: ChainKey, skippedKeys: [SkippedMessageKey] = []) {
        self.ratchetKey = ratchetKey
        self.chainKey = chainKey
        self.skippedKeys = skippedKeys
    }

    /// Takes the key of message `counter`: a stored key, or the chain's next, storing those in between.
    ///
    /// - Throws: `.duplicatedMessage` if the key is gone, `.invalidMessage` if it is further ahead than `maxJump` or
    ///   `budget` allow, `.invalidState` at the end of the chain.
    mutating func takeKey(
        of counter: UInt32, maxJump: UInt32, within budget: inout DerivationBudget
    ) throws(SignalError) -> SkippedMessageKey.Secret {
        guard counter >= chainKey.index else { return try takeSkippedKey(counter) }
        let jump = counter - chainKey.index
        guard jump <= maxJump, budget.take(jump) else { throw .invalidMessage(.whisper) }
        try skip(to: counter)
        let seed = chainKey.messageSeed
        chainKey = try chainKey.next()
        return .seed(seed)
    }

    private mutating func takeSkippedKey(_ counter: UInt32) throws(SignalError) -> SkippedMessageKey.Secret {
        guard let position = skippedKeys.lastIndex(where: { $0.index == counter }) else {
            throw .duplicatedMessage(chainIndex: chainKey.index, counter: counter)
        }
        return skippedKeys.remove(at: position).secret
    }

    /// Advances to `counter`. After a jump longer than the storage limit, only the last seeds are derived.
    private mutating func skip(to counter: UInt32) throws(SignalError) {
        let kept = min(Int(counter - chainKey.index), Self.maxSkippedKeys)
        skippedKeys.removeFirst(max(0, skippedKeys.count + kept - Self.maxSkippedKeys))
        skippedKeys.reserveCapacity(skippedKeys.count + kept)
        while chainKey.index < counter {
            if counter - chainKey.index <= kept {
                skippedKeys.append(
                    SkippedMessageKey(index: chainKey.index, secret: .seed(chainKey.messageSeed)))
            }
            chainKey = try chainKey.next()
        }
    }
}
