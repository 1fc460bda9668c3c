import Cryptography

/// The post-quantum ratchet of a session.
///
/// A session of before it has none: its messages then carry no part of it, and no key is mixed in. A stored one is read
/// when it is first used, so old sessions kept beside the current one cost nothing.
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
    ///   - authKey: What PQXDH derived for it, 32 bytes.
    ///   - direction: `.a2b` for the party that began the session.
    ///   - isSelfSession: Between devices of one person any jump is allowed.
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

    /// Which key agreement is going on; nil without a ratchet.
    var epoch: UInt64? { (try? loaded())?.active?.agreement.epoch }

    var serialized: SecretBytes {
        switch form {
        case .stored(let bytes): bytes
        case .live(let state): SecretBytes(state.serialized)
        }
    }

    /// What goes with the next message, and the key to mix into its keys, if there is one.
    ///
    /// - Throws: `.invalidState`; nothing has changed then.
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

    /// The key to mix into those of a message, if it has one. Keep the result only once the message has proved right.
    ///
    /// - Throws: `.invalidState` for a damaged state, else `.invalidMessage(.whisper)`; nothing has changed then.
    mutating func receive(_ message: [UInt8]) throws(SignalError) -> SecretBytes? {
        var state = try loaded()
        do {
            let key = try state.receive(message)
            form = .live(state)
            return key
        } catch {
            throw .invalidMessage(.whisper)
        }
    }

    private func loaded() throws(SignalError) -> SPQRState {
        switch form {
        case .live(let state): return state
        case .stored(let bytes):
            do {
                return try SPQRState(serialized: bytes.exposed)
            } catch {
                throw .invalidState("the post-quantum ratchet is damaged: \(error)")
            }
        }
    }
}
