/// What `GET /v1/register` answers: a value to sign, good once and for a minute.
package struct RegistrationNonce: Hashable, Sendable, Codable {
    package let nonce: Base64

    package init(nonce: Base64) { self.nonce = nonce }
}

/// The body of `POST /v1/register`.
package struct RegistrationRequest: Hashable, Sendable, Codable {
    package let id: IdentityID
    package let device: DeviceID
    /// 0…16,383, chosen by the device when it was made.
    package let registrationId: UInt32
    /// The identity key in wire form, 33 bytes.
    package let identityKey: Base64
    package let nonce: Base64
    /// By the identity key over `signedBytes`, 64 bytes.
    package let signature: Base64
    /// What a relay that is not open to everybody asks for.
    package let registrationSecret: String?

    package init(
        id: IdentityID, device: DeviceID, registrationId: UInt32, identityKey: Base64, nonce: Base64,
        signature: Base64, registrationSecret: String? = nil
    ) {
        self.id = id
        self.device = device
        self.registrationId = registrationId
        self.identityKey = identityKey
        self.nonce = nonce
        self.signature = signature
        self.registrationSecret = registrationSecret
    }

    package var signedBytes: [UInt8] {
        Self.signedBytes(
            id: id, device: device, registrationId: registrationId, identityKey: identityKey.bytes,
            nonce: nonce.bytes)
    }

    /// What proves possession of the identity key: a label, then each field with its length (16 bits, big-endian) before it.
    package static func signedBytes(
        id: IdentityID, device: DeviceID, registrationId: UInt32, identityKey: [UInt8], nonce: [UInt8]
    ) -> [UInt8] {
        let number = withUnsafeBytes(of: registrationId.bigEndian, Array.init)
        let fields: [[UInt8]] = [
            Array("SysMaint relay registration v1".utf8), nonce, Array(id.description.utf8),
            [device.rawValue], number,
            identityKey,
        ]
        return fields.flatMap { field in
            [UInt8(truncatingIfNeeded: field.count >> 8), UInt8(truncatingIfNeeded: field.count)] + field
        }
    }
}

/// What `POST /v1/register` answers.
package struct RegistrationResponse: Hashable, Sendable, Codable {
    /// For `Authorization: Bearer`; replaces every earlier token of this device.
    package let token: String

    package init(token: String) { self.token = token }
}
