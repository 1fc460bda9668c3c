import Cryptography

/// The Sparse Post-Quantum Ratchet of a session: beside the Diffie-Hellman ratchet, it gives a key to most messages
/// which an attacker with a quantum computer cannot work out.
///
/// Every operation either succeeds or throws and leaves the state as it was. A received message's state must be kept
/// only once the whole application message has proved authentic.
struct SPQRState: Sendable {
    /// A ratchet that is in use. Without one the ratchet is disabled: version 0.
    struct Active: Sendable {
        var agreement: KeyAgreement
        /// Until the peer's version is known.
        var negotiation: Negotiation?
        /// From the first message that may have a key.
        var chains: EpochChains?
    }

    /// What the two parties have not settled yet, and what the chains are made from when they have.
    struct Negotiation: Sendable {
        let authKey: SecretBytes
        let direction: SPQRDirection
        /// Whether a peer without the ratchet is refused.
        let isRequired: Bool
        /// Missing only from a damaged stored state.
        let limits: ChainLimits?
    }

    private(set) var active: Active?

    init(active: Active?) { self.active = active }

    /// A disabled ratchet: it sends nothing and gives no keys.
    static let disabled = SPQRState(active: nil)

    /// The ratchet of a new session.
    ///
    /// - Parameters:
    ///   - authKey: A secret that both parties share, in practice 32 bytes.
    ///   - direction: `.a2b` for the party that began the session, the other for its peer.
    ///   - isRequired: Whether to refuse a peer that does not speak the ratchet, rather than go on without.
    ///   - limits: How far messages may be out of order.
    init(
        authKey: SecretBytes, direction: SPQRDirection, isRequired: Bool, limits: ChainLimits = ChainLimits()
    ) {
        active = Active(
            agreement: KeyAgreement(authKey: authKey, direction: direction),
            negotiation: Negotiation(
                authKey: authKey, direction: direction, isRequired: isRequired, limits: limits))
    }

    var isDisabled: Bool { active == nil }

    /// What goes with the next application message: bytes for the peer, and a key unless there is none yet.
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

    /// The key of a message that arrived, if it has one; `message` is what `send` gave at the other end.
    mutating func receive(_ message: [UInt8]) throws(SPQRError) -> SecretBytes? {
        // A peer that speaks a later version is left to find out that this one does not.
        guard let version = message.first, version != 0 else { return try receiveVersion0() }
        guard version == SPQRMessage.version, var next = active else { return nil }
        let message = try SPQRMessage(wire: message)
        let secret = try next.agreement.receive(message.payload, epoch: message.epoch)
        let key = try next.withChains { chains throws(SPQRError) -> SecretBytes? in
            if let secret { try chains.add(secret) }
            guard message.epoch > 1 || message.index > 0 else { return nil }
            return try chains.receivingKey(epoch: message.epoch - 1, index: message.index)
        }
        next.negotiation = nil
        active = next
        return key
    }

    /// The peer does without: so does this end, unless that is settled otherwise.
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
    /// Lends the chains, which are made when first needed.
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
