import Cryptography

extension SessionState {
    /// Decrypts a message, turning the ratchet if the message's ratchet key is new. Discard the state if this throws.
    ///
    /// - Throws: `.duplicatedMessage`, or any other error for a message that this session cannot decrypt.
    mutating func decrypt(
        _ message: SignalMessage, between parties: SessionParties,
        using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> [UInt8] {
        let isSelfSession = parties.isSelfSession(ourIdentity: localIdentity, theirIdentity: remoteIdentity)
        let position = try receivingChainPosition(for: message.ratchetKey, using: &random)
        let secret = try takeKey(
            of: message.counter, fromChainAt: position,
            maxJump: isSelfSession ? ReceivingChain.maxForwardJumpToSelf : ReceivingChain.maxForwardJump)
        let keys = secret.messageKeys(
            postQuantumKey: try postQuantumRatchet.receive(message.postQuantumMessage))
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
        of counter: UInt32, fromChainAt position: Int, maxJump: UInt32
    ) throws(SignalError) -> SkippedMessageKey.Secret {
        guard case .usable(var chain) = receivingChains[position] else { throw .invalidSessionStructure }
        let secret = try chain.takeKey(of: counter, maxJump: maxJump)
        receivingChains[position] = .usable(chain)
        return secret
    }

    /// The position of the chain for the peer's ratchet key, after turning the ratchet if there is no such chain yet.
    private mutating func receivingChainPosition(
        for theirs: PublicKey, using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> Int {
        if let position = receivingChains.lastIndex(where: { $0.ratchetKey == theirs }) { return position }
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
