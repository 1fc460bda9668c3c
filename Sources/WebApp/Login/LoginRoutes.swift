import HTTP
import HTTPEdge
import Networking
import RelayAPI

/// Login with the token, and logout.
struct LoginRoutes: Sendable {
    let gate: Gate
    let attempts: LoginAttempts

    func add(to router: inout Router) {
        router.post("/api/login", respond: login)
        router.post("/api/logout", respond: logout)
    }

    private func login(_ request: RoutedRequest) async throws -> ServerResponse {
        let credentials = try await request.labelledJSON(Credentials.self)
        try attempts.admit()
        guard gate.knows(credentials.token) else {
            throw Problem(
                status: 401, code: .wrongToken, title: "the token is wrong",
                detail: "Use the value of WEB_TOKEN on the machine that runs SysMaint.")
        }
        attempts.succeeded()
        var response = ServerResponse.noContent
        response.fields["Set-Cookie"] = gate.loginCookie(isSecure: request.cameEncrypted)
        return response
    }

    private func logout(_ request: RoutedRequest) -> ServerResponse {
        ServerResponse(
            status: 204, fields: ["Set-Cookie": Gate.logoutCookie(isSecure: request.cameEncrypted)])
    }
}

/// The body of `POST /api/login`.
private struct Credentials: Decodable {
    let token: String
}

/// Slows down guessing: a burst of attempts, then one every few seconds, for all clients together.
struct LoginAttempts: Sendable {
    static let rate = Rate(perSecond: 0.2, burst: 10)

    private enum Everybody { case everybody }
    private let buckets: TokenBuckets<Everybody>

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        buckets = TokenBuckets(Self.rate, now: now)
    }

    func admit() throws(Problem) {
        guard let wait = buckets.take(for: .everybody) else { return }
        throw Problem(
            status: 429, code: .rateLimited, title: "too many login attempts",
            detail: "Wait a few seconds.", retryAfter: Int(wait.seconds) + 1)
    }

    /// A correct token is not counted.
    func succeeded() { buckets.putBack(for: .everybody) }
}

extension ServerRequest {
    /// Whether the browser uses TLS, possibly to a reverse proxy: its `Origin` tells.
    fileprivate var cameEncrypted: Bool { fields["Origin"]?.lowercased().hasPrefix("https://") == true }
}
