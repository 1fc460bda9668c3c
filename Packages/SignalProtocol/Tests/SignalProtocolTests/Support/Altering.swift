import SessionSupport
import Testing

@testable import SignalProtocol

extension CiphertextMessage {
    /// The message, which must be one that begins a session.
    var preKeyMessage: PreKeySignalMessage {
        get throws {
            guard case .preKey(let message) = self else { throw WrongKind(actual: kind) }
            return message
        }
    }

    /// The message, which must be an ordinary one.
    var whisper: SignalMessage {
        get throws {
            guard case .whisper(let message) = self else { throw WrongKind(actual: kind) }
            return message
        }
    }

    private struct WrongKind: Error {
        let actual: MessageKind
    }
}

extension PreKeySignalMessage {
    /// The same message with some fields replaced, as it would be read from the wire.
    func replacing(
        version: UInt8? = nil, registrationID: UInt32? = nil, preKeyID: UInt32?? = nil,
        signedPreKeyID: UInt32? = nil, kyber: KyberPart?? = nil, baseKey: PublicKey? = nil,
        identityKey: PublicKey? = nil, message: SignalMessage? = nil
    ) throws -> CiphertextMessage {
        let altered = PreKeySignalMessage(
            version: version ?? self.version, registrationID: registrationID ?? self.registrationID,
            preKeyID: preKeyID ?? self.preKeyID, signedPreKeyID: signedPreKeyID ?? self.signedPreKeyID,
            kyber: kyber ?? self.kyber, baseKey: baseKey ?? self.baseKey,
            identityKey: identityKey ?? self.identityKey, message: message ?? self.message)
        return .preKey(try PreKeySignalMessage(wire: altered.wire))
    }
}

extension SignalMessage {
    /// The same message with one byte of the wire form changed.
    func altering(byte index: Int, by mask: UInt8 = 1) throws -> SignalMessage {
        var bytes = wire
        bytes[index] ^= mask
        return try SignalMessage(wire: bytes)
    }

    /// A message that nobody made: its MAC is nonsense.
    static func forged(
        ratchetKey: PublicKey, counter: UInt32, version: UInt8 = MessageVersion.pqxdh,
        postQuantumMessage: [UInt8] = []
    ) throws -> CiphertextMessage {
        let message = try SignalMessage(
            version: version, ratchetKey: ratchetKey, counter: counter, previousCounter: 0,
            ciphertext: [UInt8](repeating: 7, count: 16), postQuantumMessage: postQuantumMessage,
            addresses: nil,
            parties: MACParties(sender: ratchetKey, receiver: ratchetKey),
            macKey: [UInt8](repeating: 9, count: 32))
        return .whisper(message)
    }
}

extension Party {
    /// Changes the current session with a peer behind the library's back.
    mutating func changeSession(with peer: ProtocolAddress, _ body: (inout SessionState) throws -> Void)
        throws
    {
        var record = try #require(store.session(for: peer))
        var state = try #require(try record.currentState())
        try body(&state)
        record.updateCurrent(state)
        store.storeSession(record, for: peer)
    }

    /// Goes on as if this many messages had been sent and lost.
    mutating func loseMessages(_ count: UInt32, to peer: ProtocolAddress) throws {
        try changeSession(with: peer) { state in
            var chain = try #require(state.sendingChain)
            for _ in 0..<count { chain.chainKey = try chain.chainKey.next() }
            state.sendingChain = chain
        }
    }

    mutating func archiveSession(with peer: ProtocolAddress) throws {
        var record = try #require(store.session(for: peer))
        record.archiveCurrentState()
        store.storeSession(record, for: peer)
    }

    /// Tries to decrypt a message that must be refused and must leave no trace.
    mutating func expectRefusal(
        _ error: SignalError, of message: CiphertextMessage, from peer: ProtocolAddress,
        _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let before = store
        #expect(throws: error, comment, sourceLocation: sourceLocation) {
            try decrypt(message, from: peer)
        }
        #expect(store == before, comment, sourceLocation: sourceLocation)
    }
}
