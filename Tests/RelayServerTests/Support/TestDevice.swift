import Cryptography
import HTTP
import Foundation
import RelayAPI
import SignalProtocol

@testable import RelayServer

/// A device with keys of its own, as the relay sees one.
struct TestDevice: Sendable {
    let address: DeviceAddress
    let identity: KeyPair
    var token = ""

    init(_ name: String, device: Int = 1, identity: KeyPair? = nil) throws {
        address = DeviceAddress(try IdentityID(name), try DeviceID(device))
        self.identity = identity ?? KeyPair()
    }

    func registrationRequest(
        nonce: Base64, secret: String? = nil, relay: RelayOrigin? = nil
    ) throws -> RegistrationRequest {
        let key = Base64(identity.publicKey.wire)
        let bytes = RegistrationRequest.signedBytes(
            id: address.identity, device: address.device, registrationId: 7, identityKey: key.bytes,
            nonce: nonce.bytes, relay: relay)
        return RegistrationRequest(
            id: address.identity, device: address.device, registrationId: 7, identityKey: key, nonce: nonce,
            relay: relay, signature: Base64(identity.privateKey.signature(for: bytes)),
            registrationSecret: secret.map { SecretText($0) })
    }

    /// This device with a token of the relay.
    func registered(at relay: TestRelay) async throws -> TestDevice {
        let answer = try await relay.request(
            .post, "/v1/register", json: registrationRequest(nonce: try await relay.nonce()))
        guard answer.status == 201 else { throw TestFailure("registration answered \(answer)") }
        var device = self
        device.token = try answer.json(RegistrationResponse.self).token.secret.exposed
        return device
    }

    func preKeys(oneTime: ClosedRange<UInt32>, kyber: ClosedRange<UInt32>, signedID: UInt32 = 1)
        -> PreKeyUpload
    {
        PreKeyUpload(
            signedPreKey: signed(id: signedID, KeyPair().publicKey.wire),
            lastResortKyberPreKey: signed(id: signedID, KEMKeyPair.random().publicKey.wire),
            oneTimePreKeys: oneTime.map {
                OneTimePreKey(id: $0, publicKey: Base64(KeyPair().publicKey.wire))
            },
            oneTimeKyberPreKeys: kyber.map { signed(id: $0, KEMKeyPair.random().publicKey.wire) })
    }

    func signed(id: UInt32, _ key: [UInt8]) -> SignedPreKey {
        SignedPreKey(
            id: id, publicKey: Base64(key), signature: Base64(identity.privateKey.signature(for: key)))
    }

    func envelope(
        to recipient: TestDevice, _ text: String, id: UUID = UUID(), class: DeliveryClass = .durable
    ) throws -> Envelope {
        try Envelope(
            from: address, to: recipient.address, sessionID: "s", messageID: id, type: .whisper,
            body: Array(text.utf8), timestamp: 1, class: `class`)
    }
}

extension KEMKeyPair {
    static func random() -> KEMKeyPair {
        var random = SystemRandomNumberGenerator()
        return KEMKeyPair(using: &random)
    }
}

extension Envelope {
    var text: String { String(decoding: body.bytes, as: UTF8.self) }
}
