import Cryptography
import HTTPEdge
import Networking
import RelayAPI
import SignalProtocol

/// `GET` and `POST /v1/register`: a nonce, and the proof of key possession made with it.
struct RegistrationRoutes: Sendable {
    let store: SQLiteRelayStore
    let nonces: Nonces
    let rates: TokenBuckets<[UInt8]>
    let newAccounts: TokenBuckets<[UInt8]>
    let keyChanges: TokenBuckets<IdentityID>
    let exchange: MessageExchange
    let load: LoadGauge
    let metrics: RelayMetrics
    let secret: SecretText?
    let names: OwnNames

    func add(to router: inout Router) {
        router.get("/v1/register", nonce)
        router.post("/v1/register", respond: register)
    }

    @Sendable
    private func nonce(_ request: RoutedRequest) async throws -> RegistrationNonce {
        try checkRate(request)
        return RegistrationNonce(nonce: Base64(nonces.issue()))
    }

    @Sendable
    private func register(_ request: RoutedRequest) async throws -> ServerResponse {
        try checkRate(request)
        if let problem = load.registrationProblem {
            metrics.shed()
            throw problem
        }
        let registration = try await request.json(RegistrationRequest.self)
        guard registration.registrationId <= 0x3FFF else {
            throw InvalidValue("registrationId", "must be 0 to 16383")
        }
        let key = try PublicKey(strict: registration.identityKey, field: "identityKey")
        if let secret, registration.registrationSecret?.secret != secret {
            throw Problem(
                status: 403, code: .registrationClosed, title: "this relay requires a registration secret",
                detail: "Ask the relay's operator for it, and set RELAY_REGISTRATION_SECRET.")
        }
        if let relay = registration.relay, !names.include(relay, for: request.request) {
            throw Problem(
                status: 403, code: .wrongRelay, title: "this registration is meant for another relay",
                detail: """
                    It names \(relay), which this relay does not know as its own. If that is how its clients reach it, its \
                    operator sets RELAY_PUBLIC_URL.
                    """)
        }
        guard nonces.use(registration.nonce.bytes) else {
            throw Problem(
                status: 401, code: .invalidNonce, title: "the nonce is not valid",
                detail: "A nonce can be used once, within a minute; fetch a new one with GET /v1/register.")
        }
        guard key.isValidSignature(registration.signature.bytes, for: registration.signedBytes) else {
            throw Problem(
                status: 401, code: .invalidSignature,
                title: "the signature does not prove possession of the identity key",
                detail: "Sign the registration with the private key that belongs to identityKey.")
        }
        let known = try await store.devices(of: registration.id)
        try checkRate(request, of: registration.id, isNew: known.isEmpty)
        let token = SecretText.accessToken()
        let address = DeviceAddress(registration.id, registration.device)
        try await store.register(
            RegisteredDevice(
                address: address, registrationID: registration.registrationId, identityKey: key.wire,
                registeredAt: exchange.now()), tokenHash: token.hash, at: exchange.now())
        if known.contains(where: {
            $0.address == address && $0.registrationID != registration.registrationId
        }) {
            exchange.takeOver(address)
        } else {
            exchange.revoke(address)
        }
        return try ServerResponse(json: RegistrationResponse(token: token), status: 201)
    }

    private func checkRate(_ request: RoutedRequest) throws {
        if let wait = rates.take(for: request.remoteNetwork) { throw Problem.rateLimited(wait) }
    }

    /// Each new account, and each event in the life of an old one, is kept for ever: in tables, and in the audit log.
    private func checkRate(_ request: RoutedRequest, of id: IdentityID, isNew: Bool) throws {
        let wait = isNew ? newAccounts.take(for: request.remoteNetwork) : keyChanges.take(for: id)
        if let wait { throw Problem.rateLimited(wait) }
    }
}

extension PublicKey {
    /// A key in exactly its wire form; extra bytes are rejected.
    init(strict key: Base64, field: String) throws(InvalidValue) {
        do throws(SignalError) {
            try self.init(wire: key.bytes)
        } catch {
            throw InvalidValue(field, "is not a valid Curve25519 public key")
        }
        guard wire == key.bytes else { throw InvalidValue(field, "must have 33 bytes") }
    }
}
