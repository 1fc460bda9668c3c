import Cryptography

extension SessionState {
    /// Decrypts a message, turning the ratchet if the message's ratchet key is new. Discard the state if this throws.
    ///
    /// - Throws: `.duplicatedMessage`, or any other error for a message that this session cannot decrypt.
    mutating func decrypt(
        _ message: SignalMessage, between parties: SessionParties, within budget: inout DerivationBudget,
        using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> [UInt8] {
        let isSelfSession = parties.isSelfSession(ourIdentity: localIdentity, theirIdentity: remoteIdentity)
        let maxJump = isSelfSession ? ReceivingChain.maxForwardJumpToSelf : ReceivingChain.maxForwardJump
        let position = try receivingChainPosition(
            for: message, maxJump: maxJump, within: budget, using: &random)
        let secret = try takeKey(
            of: message.counter, fromChainAt: position, maxJump: maxJump, within: &budget)
        let keys = secret.messageKeys(
            postQuantumKey: try postQuantumRatchet.receive(message.postQuantumMessage, within: &budget))
        let isAuthentic = try keys.withMACKey { macKey throws(SignalError) in
            try message.hasValidMAC(
                parties: MACParties(sender: remoteIdentity, receiver: localIdentity), key: macKey)
        }
        guard isAuthentic,
            AddressesField.isAcceptable(message.addresses, sender: parties.remote, recipient: parties.local),
            let plaintext = keys.open(message.ciphertext)
        else { throw .invalidMessage(.whisper) }
        clearPending()
        return plaintext
    }

    private mutating func takeKey(
        of counter: UInt32, fromChainAt position: Int, maxJump: UInt32, within budget: inout DerivationBudget
    ) throws(SignalError) -> SkippedMessageKey.Secret {
        guard case .usable(var chain) = receivingChains[position].read else { throw .invalidSessionStructure }
        let secret = try chain.takeKey(of: counter, maxJump: maxJump, within: &budget)
        receivingChains[position] = .usable(chain)
        return secret
    }

    /// The position of the chain for the message's ratchet key, after turning the ratchet if there is no such chain
    /// yet. A turn costs two agreements, so it is not made for a message that the new chain could not reach.
    private mutating func receivingChainPosition(
        for message: SignalMessage, maxJump: UInt32, within budget: DerivationBudget,
        using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> Int {
        let theirs = message.ratchetKey
        if let position = receivingChains.lastIndex(where: { $0.ratchetKey == theirs }) { return position }
        guard message.counter <= maxJump, budget.allows(message.counter) else {
            throw .invalidMessage(.whisper)
        }
        guard let sending = sendingChain else { throw .invalidSessionStructure }
        let receivingStep = try rootKey.step(ours: sending.ratchetKey.privateKey, theirs: theirs)
        let ours = KeyPair(using: &random)
        let sendingStep = try receivingStep.rootKey.step(ours: ours.privateKey, theirs: theirs)
        previousCounter = sending.chainKey.index == 0 ? 0 : sending.chainKey.index - 1
        rootKey = sendingStep.rootKey
        receivingChains.append(.usable(ReceivingChain(ratchetKey: theirs, chainKey: receivingStep.chainKey)))
        receivingChains.removeFirst(max(0, receivingChains.count - Self.maxReceivingChains))
        sendingChain = SendingChain(ratchetKey: ours, chainKey: sendingStep.chainKey)
        return receivingChains.count - 1
    }
}
