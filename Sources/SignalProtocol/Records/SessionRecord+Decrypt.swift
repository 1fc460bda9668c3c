import Cryptography

extension SessionRecord {
    /// Tries to decrypt a message with the current session, then with the previous ones, newest first.
    ///
    /// Every try works on a copy, so a message that fails leaves no trace. A previous session that fits becomes the
    /// current one.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - outerKind: What it came in: as it is, or within a message that begins a session.
    ///   - parties: Who we are and who they are.
    ///   - random: For a new ratchet key.
    /// - Returns: The plaintext.
    /// - Throws: `.duplicatedMessage`, otherwise `.invalidMessage(outerKind)` whatever the reason.
    mutating func decrypt(
        _ message: SignalMessage, outerKind: MessageKind, between parties: SessionParties,
        using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> [UInt8] {
        if let current {
            let attempt = Self.attempt(current, message, parties, &random)
            switch attempt {
            case .decrypted(let plaintext, let state):
                updateCurrent(state)
                return plaintext
            case .duplicated(let error): throw error
            case .failed where outerKind == .preKey: throw .invalidMessage(outerKind)
            case .failed, .otherVersion: break
            }
        }
        for (index, serialized) in previous.enumerated() {
            let stored = CurrentState(serialized: serialized.exposed[...])
            switch Self.attempt(stored, message, parties, &random) {
            case .decrypted(let plaintext, let state):
                promotePrevious(index, as: state)
                return plaintext
            case .duplicated(let error): throw error
            case .failed, .otherVersion: continue
            }
        }
        throw .invalidMessage(outerKind)
    }

    private enum Attempt {
        case decrypted([UInt8], SessionState)
        case duplicated(SignalError)
        case failed
        case otherVersion
    }

    private static func attempt(
        _ stored: CurrentState, _ message: SignalMessage, _ parties: SessionParties,
        _ random: inout some RandomNumberGenerator
    ) -> Attempt {
        guard case .usable(var state) = stored else { return .failed }
        guard state.version == UInt32(message.version) else { return .otherVersion }
        do {
            return .decrypted(try state.decrypt(message, between: parties, using: &random), state)
        } catch SignalError.duplicatedMessage(let chainIndex, let counter) {
            return .duplicated(.duplicatedMessage(chainIndex: chainIndex, counter: counter))
        } catch {
            return .failed
        }
    }
}
