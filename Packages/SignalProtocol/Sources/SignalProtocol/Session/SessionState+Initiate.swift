import Cryptography

extension SessionState {
    /// Starts a session with the owner of a bundle whose signatures have been verified.
    ///
    /// - Parameters:
    ///   - bundle: The peer's keys.
    ///   - identity: Our own identity.
    ///   - parties: The local and remote addresses.
    ///   - createdAt: The current time, in seconds since 1970.
    ///   - random: The source of the ephemeral and the ratchet key.
    /// - Returns: The session, ready to send.
    /// - Throws: `.invalidKeyAgreement`, `.invalidKEMKey`.
    static func initiated(
        with bundle: PreKeyBundle, identity: IdentityKeyPair, between parties: SessionParties,
        createdAt: UInt64,
        using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> SessionState {
        let base = KeyPair(using: &random)
        let encapsulated = try bundle.kyberPreKey.key.freshSecret()
        var agreements = [
            try identity.privateKey.agreement(with: bundle.signedPreKey.key),
            try base.privateKey.agreement(with: bundle.identityKey),
            try base.privateKey.agreement(with: bundle.signedPreKey.key),
        ]
        if let oneTime = bundle.oneTimePreKey {
            agreements.append(try base.privateKey.agreement(with: oneTime.key))
        }
        let secrets = InitialSecrets(agreements: agreements, kemSecret: encapsulated.secret)

        let ratchetKey = KeyPair(using: &random)
        // The peer's first ratchet key is its signed prekey.
        let step = try secrets.rootKey.step(ours: ratchetKey.privateKey, theirs: bundle.signedPreKey.key)
        var state = SessionState(
            version: UInt32(MessageVersion.pqxdh), localIdentity: identity.publicKey,
            remoteIdentity: bundle.identityKey, baseKey: base.publicKey.wire, rootKey: step.rootKey,
            postQuantumRatchet: PostQuantumRatchet(
                authKey: secrets.postQuantumKey, direction: .a2b,
                isSelfSession: parties.isSelfSession(
                    ourIdentity: identity.publicKey, theirIdentity: bundle.identityKey)))
        state.sendingChain = SendingChain(ratchetKey: ratchetKey, chainKey: step.chainKey)
        state.receivingChains = [
            .usable(ReceivingChain(ratchetKey: bundle.signedPreKey.key, chainKey: secrets.chainKey))
        ]
        state.pendingPreKey = PendingPreKey(
            preKeyID: bundle.oneTimePreKey?.id, signedPreKeyID: bundle.signedPreKey.id,
            baseKey: base.publicKey.wire, createdAt: createdAt)
        state.pendingKyber = PreKeySignalMessage.KyberPart(
            preKeyID: bundle.kyberPreKey.id, ciphertext: encapsulated.ciphertext.wire)
        return state
    }
}
