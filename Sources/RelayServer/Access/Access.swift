import Cryptography
import HTTP
import HTTPEdge
import Networking
import RelayAPI

/// Authorization and rate limits.
struct Access: Sendable {
    private let store: SQLiteRelayStore
    private let requests: TokenBuckets<IdentityID>
    private let refusals: TokenBuckets<[UInt8]>

    init(store: SQLiteRelayStore, rates: RateLimits) {
        self.store = store
        requests = TokenBuckets(rates.requests)
        refusals = TokenBuckets(rates.refusedTokens)
    }

    /// Authenticates the device by the request's bearer token.
    ///
    /// - Throws: `Problem`.
    func owner(of request: ServerRequest) async throws -> RegisteredDevice {
        guard let token = request.bearerToken else {
            throw Problem(
                status: 401, code: .unauthorized, title: "a token is required",
                detail: "Register, and send the token as Authorization: Bearer <token>.")
        }
        guard let device = try await store.device(tokenHash: token.hash) else {
            if let wait = refusals.take(for: request.remoteNetwork) { throw Problem.rateLimited(wait) }
            throw Problem(
                status: 401, code: .unauthorized, title: "the token is not valid",
                detail: "It may have been replaced by a newer registration; register again.")
        }
        if let wait = requests.take(for: device.address.identity) { throw Problem.rateLimited(wait) }
        return device
    }

    /// Authenticates the diagnostics worker.
    ///
    /// - Throws: `Problem`.
    func check(_ request: ServerRequest, has token: SecretText?) throws {
        guard let token, request.bearerToken == token else {
            if let wait = refusals.take(for: request.remoteNetwork) { throw Problem.rateLimited(wait) }
            throw Problem(
                status: 401, code: .unauthorized, title: "the token of the diagnostics worker is required",
                detail:
                    "Set the same RELAY_DIAGNOSTICS_TOKEN for relay and worker, or let them share SYSMAINT_HOME."
            )
        }
    }

    /// Authenticates the device that may open a socket: `client_id` must name the owner of the token.
    ///
    /// - Throws: `Problem`.
    func socketOwner(_ request: ServerRequest) async throws -> DeviceAddress {
        let device = try await owner(of: request).address
        guard let client = request.query["client_id"], !client.isEmpty else {
            throw Problem(
                status: 400, code: .invalidRequest, title: "client_id is missing",
                detail: "Open the socket as /ws?client_id=<identity>.")
        }
        guard client == device.identity.description || client == device.description else {
            throw Problem(
                status: 403, code: .senderMismatch, title: "client_id is not the owner of the token",
                detail: "The token belongs to \(device).")
        }
        return device
    }
}
