/// A one-time prekey as uploaded and handed out: not signed.
package struct OneTimePreKey: Hashable, Sendable, Codable {
    package let id: UInt32
    /// Wire form, 33 bytes.
    package let publicKey: Base64

    package init(id: UInt32, publicKey: Base64) {
        self.id = id
        self.publicKey = publicKey
    }
}

/// A signed prekey (33 bytes) or a Kyber prekey (1,569 bytes) with the identity key's signature over its wire form.
package struct SignedPreKey: Hashable, Sendable, Codable {
    package let id: UInt32
    package let publicKey: Base64
    /// 64 bytes.
    package let signature: Base64

    package init(id: UInt32, publicKey: Base64, signature: Base64) {
        self.id = id
        self.publicKey = publicKey
        self.signature = signature
    }
}

/// The body of `POST /v1/prekeys`; what is absent stays as it is on the relay.
package struct PreKeyUpload: Hashable, Sendable, Codable {
    package static let maxOneTimeCount = 200

    package var signedPreKey: SignedPreKey?
    package var lastResortKyberPreKey: SignedPreKey?
    package var oneTimePreKeys: [OneTimePreKey]
    package var oneTimeKyberPreKeys: [SignedPreKey]

    package init(
        signedPreKey: SignedPreKey? = nil, lastResortKyberPreKey: SignedPreKey? = nil,
        oneTimePreKeys: [OneTimePreKey] = [], oneTimeKyberPreKeys: [SignedPreKey] = []
    ) {
        self.signedPreKey = signedPreKey
        self.lastResortKyberPreKey = lastResortKyberPreKey
        self.oneTimePreKeys = oneTimePreKeys
        self.oneTimeKyberPreKeys = oneTimeKyberPreKeys
    }

    private enum CodingKeys: String, CodingKey {
        case signedPreKey, lastResortKyberPreKey, oneTimePreKeys, oneTimeKyberPreKeys
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        signedPreKey = try fields.decodeIfPresent(SignedPreKey.self, forKey: .signedPreKey)
        lastResortKyberPreKey = try fields.decodeIfPresent(SignedPreKey.self, forKey: .lastResortKyberPreKey)
        oneTimePreKeys = try fields.decodeIfPresent([OneTimePreKey].self, forKey: .oneTimePreKeys) ?? []
        oneTimeKyberPreKeys =
            try fields.decodeIfPresent([SignedPreKey].self, forKey: .oneTimeKyberPreKeys) ?? []
    }
}

/// How many one-time keys the relay still holds for a device: `GET /v1/prekeys/:id/status`, and pushed when low.
package struct PreKeyCounts: Hashable, Sendable, Codable {
    package let oneTime: Int
    package let oneTimeKyber: Int
    package let signedPreKeyId: UInt32?
    package let lastResortKyberPreKeyId: UInt32?

    /// Below this many of either kind the owner is told.
    package static let lowCount = 20

    package var isLow: Bool { min(oneTime, oneTimeKyber) < Self.lowCount }

    package init(oneTime: Int, oneTimeKyber: Int, signedPreKeyId: UInt32?, lastResortKyberPreKeyId: UInt32?) {
        self.oneTime = oneTime
        self.oneTimeKyber = oneTimeKyber
        self.signedPreKeyId = signedPreKeyId
        self.lastResortKyberPreKeyId = lastResortKyberPreKeyId
    }
}

/// What a sender needs to begin a session with one device. Its reader verifies the signatures.
package struct DeviceBundle: Hashable, Sendable, Codable {
    package let device: DeviceID
    package let registrationId: UInt32
    package let signedPreKey: SignedPreKey
    /// A one-time Kyber prekey, or the last-resort one when none is left.
    package let kyberPreKey: SignedPreKey
    package let oneTimePreKey: OneTimePreKey?

    package init(
        device: DeviceID, registrationId: UInt32, signedPreKey: SignedPreKey, kyberPreKey: SignedPreKey,
        oneTimePreKey: OneTimePreKey?
    ) {
        self.device = device
        self.registrationId = registrationId
        self.signedPreKey = signedPreKey
        self.kyberPreKey = kyberPreKey
        self.oneTimePreKey = oneTimePreKey
    }
}

/// What `GET /v1/prekeys/:id` answers: one bundle per device.
package struct IdentityBundle: Hashable, Sendable, Codable {
    package let id: IdentityID
    /// Wire form, 33 bytes.
    package let identityKey: Base64
    package let devices: [DeviceBundle]

    package init(id: IdentityID, identityKey: Base64, devices: [DeviceBundle]) {
        self.id = id
        self.identityKey = identityKey
        self.devices = devices
    }
}

/// The body of `POST /v1/prekeys/check`: what the owner believes the relay holds for its device.
package struct PreKeyCheckRequest: Hashable, Sendable, Codable {
    /// SHA-256 over: identity key, then signed prekey id (32 bits, big-endian) and key, then last-resort Kyber id and key.
    package let digest: Base64

    package init(digest: Base64) { self.digest = digest }

    /// The bytes that `digest` is the hash of.
    package static func digestInput(identityKey: [UInt8], signed: SignedPreKey, lastResort: SignedPreKey)
        -> [UInt8]
    {
        func part(_ key: SignedPreKey) -> [UInt8] {
            withUnsafeBytes(of: key.id.bigEndian, Array.init) + key.publicKey.bytes
        }
        return identityKey + part(signed) + part(lastResort)
    }
}

/// What `POST /v1/prekeys/check` answers.
package struct PreKeyCheckResponse: Hashable, Sendable, Codable {
    package let matches: Bool

    package init(matches: Bool) { self.matches = matches }
}
