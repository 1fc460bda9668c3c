import Cryptography

extension SessionRecord {
    /// Tries to decrypt a message with the current session, then with the previous ones, newest first.
    ///
    /// Every attempt works on a copy, so a message that fails leaves no trace. A previous session that succeeds becomes
    /// the current one. A ratchet key belongs to one session: where one knows it, no other archived one is tried.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - outerKind: The kind of message received: an ordinary one, or one that starts a session.
    ///   - parties: The local and remote addresses.
    ///   - budget: What all attempts together may cost.
    ///   - random: The source of a new ratchet key.
    /// - Returns: The plaintext.
    /// - Throws: `.duplicatedMessage`, otherwise `.invalidMessage(outerKind)` whatever the reason.
    mutating func decrypt(
        _ message: SignalMessage, outerKind: MessageKind, between parties: SessionParties,
        within budget: inout DerivationBudget, using random: inout some RandomNumberGenerator
    ) throws(SignalError) -> [UInt8] {
        if let current {
            switch Self.attempt(current, message, parties, &budget, &random) {
            case .decrypted(let plaintext, let state):
                updateCurrent(state)
                return plaintext
            case .duplicated(let error): throw error
            case .failed where outerKind == .preKey: throw .invalidMessage(outerKind)
            case .failed, .otherVersion: break
            }
        }
        budget.beginArchivedSessions()
        for index in archivedCandidates(for: message, within: budget) {
            guard let stored = try? SessionState(serialized: previous[index].exposed[...], readsChains: false)
            else { continue }
            switch Self.attempt(.usable(stored), message, parties, &budget, &random) {
            case .decrypted(let plaintext, var state):
                state.receivingChains = state.receivingChains.map(\.read)
                promotePrevious(index, as: state)
                return plaintext
            case .duplicated(let error): throw error
            case .failed, .otherVersion: continue
            }
        }
        throw .invalidMessage(outerKind)
    }

    /// The previous sessions that know the message's ratchet key. If there are none, and the current one does not know
    /// it either, all of them that the budget allows: in any of them it may turn the ratchet.
    private func archivedCandidates(for message: SignalMessage, within budget: DerivationBudget) -> [Int] {
        let knowing = previous.indices.filter {
            SessionState.knows(message.ratchetKey, serialized: previous[$0])
        }
        let isKnown = !knowing.isEmpty || usableState?.knows(message.ratchetKey) ?? false
        let canGuess = !isKnown && budget.mayGuess && budget.allows(message.counter)
        return canGuess ? Array(previous.indices) : knowing
    }

    private enum Attempt {
        case decrypted([UInt8], SessionState)
        case duplicated(SignalError)
        case failed
        case otherVersion
    }

    private static func attempt(
        _ stored: CurrentState, _ message: SignalMessage, _ parties: SessionParties,
        _ budget: inout DerivationBudget, _ random: inout some RandomNumberGenerator
    ) -> Attempt {
        guard case .usable(var state) = stored else { return .failed }
        guard state.version == UInt32(message.version) else { return .otherVersion }
        do {
            return .decrypted(
                try state.decrypt(message, between: parties, within: &budget, using: &random), state)
        } catch SignalError.duplicatedMessage(let chainIndex, let counter) {
            return .duplicated(.duplicatedMessage(chainIndex: chainIndex, counter: counter))
        } catch {
            return .failed
        }
    }
}

extension SessionRecord {
    /// Makes the session started by this message the current one, if it is known.
    ///
    /// Sessions are identified by version and base key. Only the base key ties the outer identity key of such a message
    /// to the session, so a different identity key is rejected: it must not be taken for the peer's.
    ///
    /// - Returns: Whether the session is known.
    /// - Throws: `.invalidSessionStructure` if a damaged session is encountered, `.invalidMessage(.preKey)`.
    mutating func selectSession(begunBy message: PreKeySignalMessage) throws(SignalError) -> Bool {
        if let current = try currentState(), current.isBegun(by: message) {
            try current.requireIdentity(message.identityKey)
            return true
        }
        for (index, serialized) in previous.enumerated() {
            let bytes = serialized.exposed[...]
            let found = try SessionState.identification(of: bytes)
            guard found.version == UInt32(message.version),
                equalInConstantTime(found.baseKey, message.baseKey.wire)
            else { continue }
            let state = try SessionState(serialized: bytes)
            try state.requireIdentity(message.identityKey)
            promotePrevious(index, as: state)
            return true
        }
        return false
    }
}

extension SessionState {
    /// Whether the peer has used this ratchet key in this session.
    fileprivate func knows(_ key: PublicKey) -> Bool { receivingChains.contains { $0.ratchetKey == key } }

    fileprivate func isBegun(by message: PreKeySignalMessage) -> Bool {
        version == UInt32(message.version) && equalInConstantTime(baseKey, message.baseKey.wire)
    }

    fileprivate func requireIdentity(_ key: PublicKey) throws(SignalError) {
        guard key == remoteIdentity else { throw .invalidMessage(.preKey) }
    }
}
