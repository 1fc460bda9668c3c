import Cryptography

extension SessionState {
    /// Encrypts a message and advances the sending chain and the post-quantum ratchet.
    ///
    /// Until the peer answers, each message carries the data that the peer needs to start the session.
    ///
    /// - Throws: `.invalidSessionStructure`, `.invalidState`.
    mutating func encrypt(
        _ plaintext: [UInt8], between parties: SessionParties, using random: inout some RandomNumberGenerator
    ) throws -> CiphertextMessage {
        guard let chain = sendingChain, let version = UInt8(exactly: version), version < 16 else {
            throw SignalError.invalidSessionStructure
        }
        let sent = try postQuantumRatchet.send(using: &random)
        let keys = MessageKeys(seed: chain.chainKey.messageSeed, postQuantumKey: sent.key)
        let ciphertext = keys.seal(plaintext)
        let addresses =
            pendingPreKey == nil
            ? nil : AddressesField.bytes(sender: parties.local, recipient: parties.remote)
        let message = try keys.withMACKey { macKey throws(SignalError) in
            try SignalMessage(
                version: version, ratchetKey: chain.ratchetKey.publicKey, counter: chain.chainKey.index,
                previousCounter: previousCounter, ciphertext: ciphertext, postQuantumMessage: sent.message,
                addresses: addresses,
                parties: MACParties(sender: localIdentity, receiver: remoteIdentity), macKey: macKey)
        }
        sendingChain?.chainKey = try chain.chainKey.next()
        guard let pendingPreKey else { return .whisper(message) }
        return .preKey(try wrap(message, version: version, pendingPreKey))
    }

    private func wrap(
        _ message: SignalMessage, version: UInt8, _ pending: PendingPreKey
    ) throws(SignalError) -> PreKeySignalMessage {
        guard let baseKey = try? PublicKey(wire: pending.baseKey),
            pendingKyber != nil || version == MessageVersion.x3dh
        else { throw .invalidSessionStructure }
        return PreKeySignalMessage(
            version: version, registrationID: localRegistrationID, preKeyID: pending.preKeyID,
            signedPreKeyID: pending.signedPreKeyID, kyber: pendingKyber, baseKey: baseKey,
            identityKey: localIdentity, message: message)
    }
}
