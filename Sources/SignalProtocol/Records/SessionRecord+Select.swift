import Cryptography

extension SessionRecord {
    /// Makes the session that a message began the current one, if it is known.
    ///
    /// Sessions are told apart by version and base key. Nothing but the base key ties the outer identity key of such
    /// a message to the session, so one that differs is refused: it must not be taken for the peer's.
    ///
    /// - Returns: Whether the session is known.
    /// - Throws: `.invalidSessionStructure` for a damaged session met on the way, `.invalidMessage(.preKey)`.
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
    fileprivate func isBegun(by message: PreKeySignalMessage) -> Bool {
        version == UInt32(message.version) && equalInConstantTime(baseKey, message.baseKey.wire)
    }

    fileprivate func requireIdentity(_ key: PublicKey) throws(SignalError) {
        guard key == remoteIdentity else { throw .invalidMessage(.preKey) }
    }
}
