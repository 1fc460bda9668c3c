import Foundation
import KeyStore
import RelayAPI
import SignalProtocol

/// Makes what waits for a peer right for the devices that it has now: a copy for each that has none, another encryption
/// where a device was set up again.
struct OutboxRenewal {
    let peer: IdentityID

    /// After a decision about the peer's keys: what waits is encrypted again under the approved one. A message for which
    /// there is no session under it is given up: it must not go out under the other.
    func changeKey(from old: [DeviceAddress], in transaction: inout Transaction) throws {
        let present = try PeerSessions(peer: peer).devices(in: transaction)
        for device in Set(old + present) {
            for message in try transaction.outbox.messages(to: device) {
                do {
                    guard present.contains(device) else { throw MessengerError.identityChanged(peer) }
                    try encryptAgain(message, for: device, in: &transaction)
                } catch let error where error is SignalError || error is MessengerError {
                    try transaction.outbox.giveUp(
                        message,
                        cause: "it was encrypted under a key of \(peer) that was replaced; send it again")
                }
            }
        }
        try run(in: &transaction)
    }

    /// Notes the reason for the delay of the peer's messages.
    func noteDelay(_ cause: String, in transaction: inout Transaction) throws {
        for device in try PeerSessions(peer: peer).devices(in: transaction) {
            for message in try transaction.outbox.messages(to: device) {
                try transaction.outbox.noteDelay(of: message, cause: cause)
            }
        }
    }

    /// Gives up what is still encrypted for no registration.
    func giveUpUnencrypted(in transaction: inout Transaction) throws {
        for device in try transaction.peers.peer(peer)?.keys.flatMap(\.devices) ?? [] {
            for message in try transaction.outbox.messages(to: DeviceAddress(peer, device))
            where message.registrationID == OutboxMessage.noRegistration {
                try transaction.outbox.giveUp(
                    message, cause: "no new session with \(peer) could be begun; send it again")
            }
        }
    }

    func run(in transaction: inout Transaction) throws {
        let devices = try PeerSessions(peer: peer).devices(in: transaction)
        var waiting: [DeviceAddress: [OutboxMessage]] = [:]
        for device in devices { waiting[device] = try transaction.outbox.messages(to: device) }
        let all = waiting.values.joined().sorted { $0.position < $1.position }
        for device in devices {
            let registrationID = try transaction.sessions.session(with: device)?.remoteRegistrationID
            var present: Set<UUID> = []
            for message in waiting[device] ?? [] {
                present.insert(message.messageID)
                guard message.registrationID != registrationID else { continue }
                try encryptAgain(message, for: device, in: &transaction)
            }
            for message in all where present.insert(message.messageID).inserted {
                try addCopy(of: message, for: device, in: &transaction)
            }
        }
    }

    private func encryptAgain(
        _ message: OutboxMessage, for device: DeviceAddress, in transaction: inout Transaction
    ) throws {
        guard let sealed = try sealed(message, for: device, in: &transaction) else {
            return try transaction.outbox.giveUp(
                message, cause: "\(device) was set up again and cannot read it")
        }
        try transaction.outbox.replace(
            message, with: sealed.envelope, registrationID: sealed.registrationID)
    }

    private func addCopy(
        of message: OutboxMessage, for device: DeviceAddress, in transaction: inout Transaction
    ) throws {
        // A message that can no longer be copied still reaches the devices that it was encrypted for.
        guard let sealed = try sealed(message, for: device, in: &transaction) else { return }
        let sentAt = Date(milliseconds: message.envelope.timestamp)
        try transaction.outbox.append(
            sealed.envelope, of: message.content, registrationID: sealed.registrationID, topic: nil,
            expiresAt: sentAt.addingTimeInterval(message.envelope.class.lifetime))
    }

    private func sealed(
        _ message: OutboxMessage, for device: DeviceAddress, in transaction: inout Transaction
    ) throws -> SealedEnvelope? {
        try message.content.map { content in
            try SealedEnvelope(
                content, as: message.messageID, message.envelope.class, for: device, in: &transaction)
        }
    }
}
