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
        let derived = try advance(byteCount: 64)
        key = derived.slice(0..<32)
        return derived.slice(32..<64)
    }

    /// Advances to the next index, without the key that nobody asks for: a third less work.
    ///
    /// - Throws: `.chainExhausted`.
    mutating func skip() throws(SPQRError) { key = try advance(byteCount: 32) }

    /// The chain's next key, 32 bytes, and what follows it.
    private mutating func advance(byteCount: Int) throws(SPQRError) -> SecretBytes {
        guard let key, counter < .max else { throw .chainExhausted }
        counter += 1
        return HKDFSHA256.derive(
            secret: key, info: counter.bigEndianBytes + Self.label, byteCount: byteCount)
    }

    mutating func clear() { key = nil }
}

/// The receiving side of a chain: it returns keys in any order, within limits.
struct ReceivingMessageChain: Equatable, Sendable {
    private(set) var chain: MessageChain
    private(set) var history: KeyHistory

    init(chain: MessageChain, history: KeyHistory = KeyHistory()) {
        self.chain = chain
        self.history = history
    }

    /// The key at `index`; each can be taken once. The index is used before the message is authenticated: whatever the
    /// limits allow, a forged one costs no more than the budget.
    ///
    /// - Throws: `.keyAlreadyRequested`, `.keyTrimmed`, `.keyJump`. The chain may then be partly advanced.
    mutating func key(
        at index: UInt32, limits: ChainLimits, within budget: inout DerivationBudget
    ) throws(SPQRError) -> SecretBytes {
        guard index > chain.counter else { return try pastKey(at: index, limits: limits) }
        guard index - chain.counter <= limits.maxJump, budget.take(index - chain.counter - 1) else {
            throw .keyJump(counter: chain.counter, index: index)
        }
        let reach = UInt64(limits.maxOutOfOrderKeys)
        if UInt64(index) > UInt64(chain.counter) + reach { history.removeAll() }
        while chain.counter < index - 1 {
            if UInt64(chain.counter) + 1 + reach >= index {
                let key = try chain.next()
                history.add(key, at: chain.counter)
            } else {
                try chain.skip()
            }
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
