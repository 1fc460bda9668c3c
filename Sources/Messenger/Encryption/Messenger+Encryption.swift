import Foundation
import KeyStore
import MaintenanceAPI
import RelayAPI
import SignalProtocol

extension Messenger: EncryptionSource {
    package func sealedMessages(_ messageID: UUID) async throws -> [SealedMessage] {
        try recentEnvelopes.envelopes(of: messageID).map { envelope in
            let kind: MessageKind = envelope.type == .prekey ? .preKey : .whisper
            let message = try CiphertextMessage(type: kind.rawValue, wire: envelope.body.bytes)
            return SealedMessage(envelope, message.signalMessage)
        }
    }

    package func sessions(with peer: IdentityID) async throws -> [SessionFigures] {
        try await store.read { transaction in
            try PeerSessions(peer: peer).devices(in: transaction).compactMap { device in
                try transaction.sessions.session(with: device)?.progress.map {
                    SessionFigures(
                        device.device, $0, begunAt: try transaction.sessions.begunAt(with: device))
                }
            }
        }
    }

    package func safetyCode(with peer: IdentityID) async throws -> SafetyCode? {
        guard let identity = try await store.read({ try $0.peers.peer(peer) }),
            let key = identity.approvedKey ?? identity.unapproved.last?.key
        else { return nil }
        let fingerprint = try fingerprint(of: key, peer)
        return SafetyCode(
            digits: fingerprint.displayable, scannable: Base64(fingerprint.scannable.serialized),
            awaitsApproval: identity.awaitsApproval)
    }
}

extension CiphertextMessage {
    /// The session message, extracted from a prekey message if necessary.
    fileprivate var signalMessage: SignalMessage? {
        switch self {
        case .whisper(let message): message
        case .preKey(let message): message.message
        default: nil
        }
    }
}

extension SealedMessage {
    fileprivate init(_ envelope: Envelope, _ message: SignalMessage?) {
        self.init(
            envelope: envelope, messageNumber: message.map { Int($0.counter) } ?? 0,
            previousChainLength: message.map { Int($0.previousCounter) } ?? 0,
            ratchetKey: message?.ratchetKey.wire.hexText ?? "",
            postQuantumEpoch: message?.postQuantumEpoch.flatMap { Int(exactly: $0) })
    }
}

extension SessionFigures {
    fileprivate init(_ device: DeviceID, _ progress: SessionRecord.Progress, begunAt: Date?) {
        self.init(
            device: device, sentCount: progress.sentCount.map { Int($0) },
            receivedCount: progress.receivedCount.map { Int($0) },
            ownRatchetKey: progress.ourRatchetKey?.wire.hexText,
            theirRatchetKey: progress.theirRatchetKey?.wire.hexText,
            postQuantumEpoch: progress.postQuantumEpoch.flatMap { Int(exactly: $0) },
            begunAt: begunAt?.milliseconds)
    }
}
