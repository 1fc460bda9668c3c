import Cryptography
import HTTPEdge
import Networking
import RelayAPI
import SignalProtocol

/// Prekeys: uploaded by their owner, taken by peers that start a session.
struct PreKeyRoutes: Sendable {
    let store: SQLiteRelayStore
    let access: Access
    let limits: BundleLimits
    let keyChanges: TokenBuckets<IdentityID>
    let exchange: MessageExchange
    let load: LoadGauge

    func add(to router: inout Router) {
        router.post("/v1/prekeys", upload)
        router.post("/v1/prekeys/check", check)
        router.get("/v1/prekeys/:id", take)
        router.get("/v1/prekeys/:id/status", status)
    }

    @Sendable
    private func upload(_ request: RoutedRequest) async throws -> PreKeyCounts {
        let owner = try await access.owner(of: request.request)
        if let problem = load.registrationProblem { throw problem }
        let upload = try await request.json(PreKeyUpload.self)
        try validate(upload, by: PublicKey(wire: owner.identityKey))
        if upload.signedPreKey != nil || upload.lastResortKyberPreKey != nil,
            let wait = keyChanges.take(for: owner.address.identity)
        {
            throw Problem.rateLimited(wait)
        }
        return try await store.storePreKeys(upload, for: owner.address, at: exchange.now())
    }

    @Sendable
    private func take(_ request: RoutedRequest) async throws -> IdentityBundle {
        let asker = try await access.owner(of: request.request).address.identity
        let id = try IdentityID(request.parameter("id"))
        if let wait = limits.take(by: asker, of: id, from: request.remoteNetwork) {
            throw Problem.rateLimited(wait)
        }
        guard let identityKey = try await store.devices(of: id).first?.identityKey else {
            throw Problem(
                status: 404, code: .unknownIdentity, title: "no such identity",
                detail: "\(id) has not registered on this relay; check the name.")
        }
        let taken = try await store.takeBundles(of: id)
        for device in taken where device.left.isLow {
            exchange.tellPreKeysLow(device.left, to: DeviceAddress(id, device.bundle.device))
        }
        guard !taken.isEmpty else {
            throw Problem(
                status: 409, code: .noPreKeys, title: "\(id) has not uploaded prekeys yet",
                detail: "It uploads them when it first connects; try again then.")
        }
        return IdentityBundle(id: id, identityKey: Base64(identityKey), devices: taken.map(\.bundle))
    }

    @Sendable
    private func status(_ request: RoutedRequest) async throws -> PreKeyCounts {
        let owner = try await access.owner(of: request.request).address
        guard try IdentityID(request.parameter("id")) == owner.identity else {
            throw Problem(
                status: 403, code: .senderMismatch, title: "only the owner may request this",
                detail: "The token belongs to \(owner).")
        }
        return try await store.preKeyCounts(of: owner)
    }

    @Sendable
    private func check(_ request: RoutedRequest) async throws -> PreKeyCheckResponse {
        let owner = try await access.owner(of: request.request)
        let claim = try await request.json(PreKeyCheckRequest.self)
        guard let keys = try await store.signedPreKeys(of: owner.address) else {
            return PreKeyCheckResponse(matches: false)
        }
        let input = PreKeyCheckRequest.digestInput(
            identityKey: owner.identityKey, signed: keys.signed, lastResort: keys.lastResort)
        return PreKeyCheckResponse(matches: SHA256.hash(input) == claim.digest.bytes)
    }

    /// Rejects unusable keys at upload, so that their owner learns of it.
    private func validate(_ upload: PreKeyUpload, by identity: PublicKey) throws {
        guard upload.oneTimePreKeys.count <= PreKeyUpload.maxOneTimeCount else {
            throw InvalidValue(
                "oneTimePreKeys", "must have at most \(PreKeyUpload.maxOneTimeCount) keys in one upload")
        }
        guard upload.oneTimeKyberPreKeys.count <= PreKeyUpload.maxOneTimeKyberCount else {
            throw InvalidValue(
                "oneTimeKyberPreKeys",
                "must have at most \(PreKeyUpload.maxOneTimeKyberCount) keys in one upload")
        }
        for key in upload.oneTimePreKeys {
            _ = try PublicKey(strict: key.publicKey, field: "oneTimePreKeys.publicKey")
        }
        if let key = upload.signedPreKey {
            _ = try PublicKey(strict: key.publicKey, field: "signedPreKey.publicKey")
            try verify(key, by: identity, field: "signedPreKey")
        }
        for key in upload.oneTimeKyberPreKeys + [upload.lastResortKyberPreKey].compactMap(\.self) {
            do throws(SignalError) {
                _ = try KEMPublicKey(wire: key.publicKey.bytes)
            } catch {
                throw InvalidValue("kyberPreKey.publicKey", "is not a valid Kyber-1024 public key")
            }
            try verify(key, by: identity, field: "kyberPreKey")
        }
    }

    private func verify(_ key: SignedPreKey, by identity: PublicKey, field: String) throws {
        guard identity.isValidSignature(key.signature.bytes, for: key.publicKey.bytes) else {
            throw Problem(
                status: 400, code: .invalidSignature, title: "a prekey's signature is not valid",
                detail: "\(field) \(key.id) is not signed by the identity key of this device.")
        }
    }
}
