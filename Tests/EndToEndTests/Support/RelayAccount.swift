import Cryptography
import Foundation
import RelayAPI
import SignalProtocol
import SystemSupport

/// An account made by hand, request by request, as any client may.
struct RelayAccount {
    let relay: String
    let id: IdentityID
    let token: SecretText

    init(_ name: String, at relay: String) async throws {
        id = try IdentityID(name)
        self.relay = relay
        let identity = IdentityKeyPair()
        let nonce = try await Web.get("\(relay)/v1/register").decoded(as: RegistrationNonce.self)
            .nonce
        let key = identity.publicKey.wire
        let signed = RegistrationRequest.signedBytes(
            id: id, device: .first, registrationId: 7, identityKey: key, nonce: nonce.bytes,
            relay: RelayOrigin(url: relay))
        let request = RegistrationRequest(
            id: id, device: .first, registrationId: 7, identityKey: Base64(key), nonce: nonce,
            relay: RelayOrigin(url: relay), signature: Base64(identity.privateKey.signature(for: signed)))
        let body = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
        let response = try await Web.post("\(relay)/v1/register", json: body)
        token = try response.decoded(as: RegistrationResponse.self).token.secret
    }

    var authorization: [String: String] { ["Authorization": "Bearer \(token.exposed)"] }

    func envelope(to recipient: String, from sender: String? = nil, body: [UInt8] = [1, 2, 3]) throws
        -> String
    {
        let envelope = try Envelope(
            from: DeviceAddress(sender.map { try IdentityID($0) } ?? id),
            to: DeviceAddress(IdentityID(recipient)),
            sessionID: "s", messageID: UUID(), type: .whisper, body: body,
            timestamp: Date().milliseconds, class: .durable)
        return String(decoding: try JSONEncoder().encode(envelope), as: UTF8.self)
    }
}
