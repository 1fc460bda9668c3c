import Cryptography

/// The receiver's keys that a first message uses.
struct AcceptingKeys {
    let identity: IdentityKeyPair
    let signedPreKey: KeyPair
    let oneTimePreKey: KeyPair?
    let kyberPreKey: KEMKeyPair
}

extension SessionState {
    /// Starts the session that a first message requests.
    ///
    /// - Throws: `.invalidMessage(.preKey)` for a base key that is not canonical or a missing KEM part,
    ///   `.invalidKeyAgreement`, and the errors of KEM ciphertexts.
    static func accepted(
        _ message: PreKeySignalMessage, keys: AcceptingKeys, between parties: SessionParties
    ) throws(SignalError) -> SessionState {
        guard let kyber = message.kyber, message.baseKey.isCanonical else { throw .invalidMessage(.preKey) }
        var agreements = [
            try keys.signedPreKey.privateKey.agreement(with: message.identityKey),
            try keys.identity.privateKey.agreement(with: message.baseKey),
            try keys.signedPreKey.privateKey.agreement(with: message.baseKey),
        ]
        if let oneTime = keys.oneTimePreKey {
            agreements.append(try oneTime.privateKey.agreement(with: message.baseKey))
        }
        let kemSecret = try keys.kyberPreKey.secret(of: try KEMCiphertext(wire: kyber.ciphertext))
        let secrets = InitialSecrets(agreements: agreements, kemSecret: kemSecret)

        var state = SessionState(
            version: UInt32(message.version), localIdentity: keys.identity.publicKey,
            remoteIdentity: message.identityKey, baseKey: message.baseKey.wire, rootKey: secrets.rootKey,
            postQuantumRatchet: PostQuantumRatchet(
                authKey: secrets.postQuantumKey, direction: .b2a,
                isSelfSession: parties.isSelfSession(
                    ourIdentity: keys.identity.publicKey, theirIdentity: message.identityKey)))
        // The first message turns the ratchet immediately, so nothing is ever sent on this chain.
        state.sendingChain = SendingChain(ratchetKey: keys.signedPreKey, chainKey: secrets.chainKey)
        state.remoteRegistrationID = message.registrationID
        return state
    }
}
