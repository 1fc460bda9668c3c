import Cryptography

/// The post-quantum ratchet of a session.
///
/// Sessions created before SPQR have no post-quantum ratchet: their messages carry no SPQR data, and no key is mixed
/// in. A stored ratchet is decoded on first use, so archived sessions cost nothing.
struct PostQuantumRatchet: Sendable {
    private enum Form: Sendable {
        case stored(SecretBytes)
        case live(SPQRState)
    }

    private var form: Form

    init(serialized: SecretBytes) { form = .stored(serialized) }

    /// The ratchet of a new session.
    ///
    /// - Parameters:
    ///   - authKey: The key that PQXDH derived for it, 32 bytes.
    ///   - direction: `.a2b` for the party that started the session.
    ///   - isSelfSession: Whether both devices belong to the same account; then it sets no limit of its own.
    init(authKey: SecretBytes, direction: SPQRDirection, isSelfSession: Bool) {
        let limits = ChainLimits(maxJump: isSelfSession ? .max : ChainLimits.defaultMaxJump)
        form = .live(SPQRState(authKey: authKey, direction: direction, isRequired: true, limits: limits))
    }

    var isEmpty: Bool {
        switch form {
        case .stored(let bytes): bytes.count == 0
        case .live(let state): state.isDisabled
        }
    }

    /// The epoch of the current key agreement; nil without a ratchet.
    var epoch: UInt64? { (try? loaded())?.active?.agreement.epoch }

    /// Writes the stored form as a field, unless there is no ratchet. What is stored and not official is converted where
    /// the official form is asked for; what cannot be read stays as it is.
    func write(to writer: inout ProtobufWriter, field: UInt32) {
        switch form {
        case .stored(let bytes):
            if writer.form == .official, bytes.withUnsafeBytes({ SPQRState.hasSeed(serialized: $0) }),
                let state = try? loaded()
            {
                writer.put(field: field) { state.write(to: &$0) }
            } else {
                writer.putUnlessDefault(bytes, field: field)
            }
        case .live(let state):
            if !state.isDisabled { writer.put(field: field) { state.write(to: &$0) } }
        }
    }

    /// The data to send with the next message, and the key to mix into its keys, if there is one.
    ///
    /// - Throws: `.invalidState`; the ratchet is then unchanged.
    mutating func send(
        using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> (message: [UInt8], key: SecretBytes?) {
        var state = try loaded()
        do {
            let sent = try state.send(using: &random)
            form = .live(state)
            return sent
        } catch {
            throw .invalidState("the post-quantum ratchet cannot send: \(error)")
        }
    }

    /// The key to mix into the keys of a message, if it has one. Keep the new state only after the message has been
    /// authenticated.
    ///
    /// - Throws: `.invalidState` for a damaged state, otherwise `.invalidMessage(.whisper)`; the ratchet is then
    ///   unchanged.
    mutating func receive(
        _ message: [UInt8], within budget: inout DerivationBudget
    ) throws(SignalError) -> SecretBytes? {
        var state = try loaded()
        do {
            let key = try state.receive(message, within: &budget)
            form = .live(state)
            return key
        } catch {
            throw .invalidMessage(.whisper)
        }
    }

    /// - Throws: `.invalidState` for a damaged state.
    func loaded() throws(SignalError) -> SPQRState {
        switch form {
        case .live(let state): return state
        case .stored(let bytes):
            do {
                return try bytes.withArray { bytes throws(SPQRError) in try SPQRState(serialized: bytes) }
            } catch {
                throw .invalidState("the post-quantum ratchet is damaged: \(error)")
            }
        }
    }
}
