import Cryptography

/// The Sparse Post-Quantum Ratchet of a session: alongside the Diffie-Hellman ratchet, it provides most messages with a
/// key that an attacker with a quantum computer cannot derive.
///
/// Every operation either succeeds or throws and leaves the state unchanged. Keep the state after a received message
/// only once the whole application message has been authenticated.
struct SPQRState: Sendable {
    /// The state of an enabled ratchet. If it is nil, the ratchet is disabled: version 0.
    struct Active: Sendable {
        var agreement: KeyAgreement
        /// Nil once the peer's version is known.
        var negotiation: Negotiation?
        /// Nil until the first message that may have a key.
        var chains: EpochChains?
    }

    /// Parameters that the two parties have yet to agree on, and the inputs for the chains.
    struct Negotiation: Sendable {
        let authKey: SecretBytes
        let direction: SPQRDirection
        /// Whether a peer without the ratchet is rejected.
        let isRequired: Bool
        /// Nil only in a damaged stored state.
        let limits: ChainLimits?
    }

    private(set) var active: Active?

    init(active: Active?) { self.active = active }

    /// A disabled ratchet: it sends nothing and provides no keys.
    static let disabled = SPQRState(active: nil)

    /// The ratchet of a new session.
    ///
    /// - Parameters:
    ///   - authKey: A secret that both parties share, in practice 32 bytes.
    ///   - direction: `.a2b` for the party that started the session, the other for its peer.
    ///   - isRequired: Whether to reject a peer without the ratchet instead of continuing without it.
    ///   - limits: The limits on out-of-order messages.
    init(
        authKey: SecretBytes, direction: SPQRDirection, isRequired: Bool, limits: ChainLimits = ChainLimits()
    ) {
        active = Active(
            agreement: KeyAgreement(authKey: authKey, direction: direction),
            negotiation: Negotiation(
                authKey: authKey, direction: direction, isRequired: isRequired, limits: limits))
    }

    var isDisabled: Bool { active == nil }

    /// The bytes to send with the next application message, and a key unless there is none yet.
    mutating func send(
        using random: inout some RandomNumberGenerator
    ) throws(SPQRError) -> (message: [UInt8], key: SecretBytes?) {
        guard var next = active else { return ([], nil) }
        let (payload, secret) = try next.agreement.send(using: &random)
        let epoch = next.agreement.epoch
        let sent: (index: UInt32, key: SecretBytes)? =
            if secret == nil, next.chains == nil, next.negotiation?.isRequired == false {
                nil
            } else {
                try next.withChains { chains throws(SPQRError) in
                    if let secret { try chains.add(secret) }
                    return try chains.nextSendingKey(epoch: epoch - 1)
                }
            }
        active = next
        return (SPQRMessage(epoch: epoch, index: sent?.index ?? 0, payload: payload).wire, sent?.key)
    }

    /// The key of a received message, if it has one; `message` is what the peer's `send` returned.
    mutating func receive(
        _ message: [UInt8], within budget: inout DerivationBudget
    ) throws(SPQRError) -> SecretBytes? {
        // A peer with a later version will notice that this side does not support it.
        guard let version = message.first, version != 0 else { return try receiveVersion0() }
        guard version == SPQRMessage.version, var next = active else { return nil }
        let message = try SPQRMessage(wire: message)
        let secret = try next.agreement.receive(message.payload, epoch: message.epoch)
        let key = try next.withChains { chains throws(SPQRError) -> SecretBytes? in
            if let secret { try chains.add(secret) }
            guard message.epoch > 1 || message.index > 0 else { return nil }
            return try chains.receivingKey(epoch: message.epoch - 1, index: message.index, within: &budget)
        }
        next.negotiation = nil
        active = next
        return key
    }

    /// The peer does not use the ratchet; neither does this side, unless a version is already negotiated.
    private mutating func receiveVersion0() throws(SPQRError) -> SecretBytes? {
        if let active {
            guard let negotiation = active.negotiation else { throw .versionMismatch }
            guard !negotiation.isRequired else { throw .minimumVersion }
        }
        active = nil
        return nil
    }
}

extension SPQRState.Active {
    /// Calls `body` with the chains, which are created on first use.
    fileprivate mutating func withChains<Value>(
        _ body: (inout EpochChains) throws(SPQRError) -> Value
    ) throws(SPQRError) -> Value {
        if chains == nil, let negotiation, let limits = negotiation.limits {
            chains = EpochChains(
                authKey: negotiation.authKey, direction: negotiation.direction, limits: limits)
        }
        guard var lent = chains.take() else { throw .chainNotAvailable }
        let value = try body(&lent)
        chains = lent
        return value
    }
}

extension SPQRState: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String {
        switch active?.agreement.epoch {
        case nil: "post-quantum ratchet, disabled"
        case let epoch?: "post-quantum ratchet, epoch \(epoch)"
        }
    }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
