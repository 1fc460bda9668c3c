import Foundation
import MaintenanceAPI
import RelayAPI
import VectorSupport

/// Figures of a simulated encryption: the same for the same message.
extension MemoryMailbox: EncryptionSource {
    package func sealedMessages(_ messageID: UUID) async throws -> [SealedMessage] {
        guard let entry = try await history(after: 0, limit: .max).first(where: { $0.id == messageID }) else {
            return []
        }
        let (own, peer) = (DeviceAddress(owner, try DeviceID(1)), DeviceAddress(entry.peer, try DeviceID(1)))
        let isSent = entry.direction == .sent
        var noise = SeededRandom(seed: UInt64(entry.cursor))
        let envelope = try Envelope(
            from: isSent ? own : peer, to: isSent ? peer : own, sessionID: "5d41402abc4b2a76",
            messageID: messageID, type: .whisper,
            body: noise.bytes(320),
            timestamp: entry.at.milliseconds, class: .durable)
        return [
            SealedMessage(
                envelope: envelope, messageNumber: Int(entry.cursor), previousChainLength: 2,
                ratchetKey: "05" + String(repeating: "3f9a", count: 16), postQuantumEpoch: 4)
        ]
    }

    package func sessions(with peer: IdentityID) async throws -> [SessionFigures] {
        let entries = try await history(after: 0, limit: .max).filter { $0.peer == peer }
        return [
            SessionFigures(
                device: try DeviceID(1),
                sentCount: entries.count { $0.direction == .sent },
                receivedCount: entries.count { $0.direction == .received },
                ownRatchetKey: "05" + String(repeating: "3f9a", count: 16),
                theirRatchetKey: "05" + String(repeating: "c07e", count: 16), postQuantumEpoch: 4,
                begunAt: Date().milliseconds - 754_000)
        ]
    }

    package func safetyCode(with peer: IdentityID) async throws -> SafetyCode? {
        SafetyCode(
            digits: String(repeating: "0123456789", count: 6), scannable: Base64((0..<74).map { UInt8($0) }),
            awaitsApproval: false)
    }
}
