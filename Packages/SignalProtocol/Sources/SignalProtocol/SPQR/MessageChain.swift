import Cryptography

/// The keys of one epoch in one direction, each used for one message.
///
/// - Shape: `key` is 32 bytes, or empty once cleared. `counter` is the index of the newest key; the first key has index
///   1.
struct MessageChain: Equatable, Sendable {
    private static let label = Array("Signal PQ Ratchet V1 Chain Next".utf8)

    private(set) var counter: UInt32
    private(set) var key: SecretBytes?

    init(counter: UInt32 = 0, key: SecretBytes?) {
        self.counter = counter
        self.key = key
    }

    /// Advances to the next index and returns its key.
    ///
    /// - Throws: `.chainExhausted` after 2^32 - 1 keys, or when the chain was cleared.
    mutating func next() throws(SPQRError) -> SecretBytes {
        guard let key, counter < .max else { throw .chainExhausted }
        counter += 1
        let derived = HKDFSHA256.derive(
            secret: key, info: counter.bigEndianBytes + Self.label, byteCount: 64)
        self.key = derived.slice(0..<32)
        return derived.slice(32..<64)
    }

    mutating func clear() { key = nil }
}

/// The receiving side of a chain: it returns keys in any order, within limits.
struct ReceivingMessageChain: Equatable, Sendable {
    /// The longest jump, whatever the limits allow. The index is used before the message is authenticated, so a forged
    /// one must not cost more than a fraction of a second.
    private static let maxJump: UInt32 = 200_000

    private(set) var chain: MessageChain
    private(set) var history: KeyHistory

    init(chain: MessageChain, history: KeyHistory = KeyHistory()) {
        self.chain = chain
        self.history = history
    }

    /// The key at `index`; each can be taken once.
    ///
    /// - Throws: `.keyAlreadyRequested`, `.keyTrimmed`, `.keyJump`. The chain may then be partly advanced.
    mutating func key(at index: UInt32, limits: ChainLimits) throws(SPQRError) -> SecretBytes {
        guard index > chain.counter else { return try pastKey(at: index, limits: limits) }
        guard index - chain.counter <= min(limits.maxJump, Self.maxJump) else {
            throw .keyJump(counter: chain.counter, index: index)
        }
        let reach = UInt64(limits.maxOutOfOrderKeys)
        if UInt64(index) > UInt64(chain.counter) + reach { history.removeAll() }
        while chain.counter < index - 1 {
            let key = try chain.next()
            if UInt64(chain.counter) + reach >= index { history.add(key, at: chain.counter) }
        }
        history.trim(counter: chain.counter, limits: limits)
        return try chain.next()
    }

    private mutating func pastKey(at index: UInt32, limits: ChainLimits) throws(SPQRError) -> SecretBytes {
        guard UInt64(index) + UInt64(limits.maxOutOfOrderKeys) >= chain.counter else {
            throw .keyTrimmed(index)
        }
        guard let key = history.take(at: index) else { throw .keyAlreadyRequested(index) }
        return key
    }
}
