import Cryptography
import Foundation
import KeyStore
import RelayAPI
import SignalProtocol

/// A message, encrypted for one device.
struct SealedEnvelope {
    let envelope: Envelope
    /// The registration of the device that can read it.
    let registrationID: UInt32?

    /// Encrypts a message: one step of the ratchet.
    init(
        _ content: Data, as id: UUID, _ deliveryClass: DeliveryClass, for device: DeviceAddress,
        in transaction: inout Transaction
    ) throws {
        let owner = transaction.account.owner
        let message = try transaction.encrypt(MessagePadding.padded(content), for: device)
        let session = try transaction.sessions.session(with: device)
        envelope = try Envelope(
            from: owner, to: device, sessionID: Self.name(of: session), messageID: id,
            type: message.kind == .preKey ? .prekey : .whisper, body: message.wire,
            // A clock that stands before 1970 must not keep anybody from writing.
            timestamp: max(1, transaction.now.milliseconds), class: deliveryClass)
        registrationID = session?.remoteRegistrationID
    }

    /// Names the current session in logs: the first 8 bytes of SHA-256 over its base key, in hex.
    private static func name(of session: SessionRecord?) -> String {
        SHA256.hash(session?.baseKey ?? []).prefix(8).hexText
    }
}
