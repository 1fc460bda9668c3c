import HTTPTypes
import Hummingbird
import RelayAPI

/// Logging in with the token, and out again.
struct LoginRoutes {
    let gate: Gate
    let attempts: LoginAttempts

    func add(to router: Router<BasicRequestContext>) {
        router.post("/api/login", use: login)
        router.post("/api/logout", use: logout)
    }

    @Sendable
    private func login(_ request: Request, context: BasicRequestContext) async throws -> Response {
        let credentials = try await request.json(Credentials.self)
        try await attempts.admit()
        guard gate.knows(credentials.token) else {
            throw Problem(
                status: 401, code: .wrongToken, title: "this is not the token",
                detail: "It is the value of WEB_TOKEN where SysMaint runs.")
        }
        await attempts.succeeded()
        var response = Response(status: .noContent)
        response.headers[.setCookie] = gate.loginCookie(isSecure: request.cameEncrypted)
        return response
    }

    @Sendable
    private func logout(_ request: Request, context: BasicRequestContext) async throws -> Response {
        Response(
            status: .noContent, headers: [.setCookie: Gate.logoutCookie(isSecure: request.cameEncrypted)])
    }
}

/// The body of `POST /api/login`.
private struct Credentials: Decodable {
    let token: String
}

/// Slows down who guesses: a burst of attempts, then one every few seconds, whoever makes them.
actor LoginAttempts {
    static let burst = 10.0
    static let perSecond = 0.2

    private var left = burst
    private var countedAt = ContinuousClock.now

    /// - Throws: `Problem` 429.
    func admit(at now: ContinuousClock.Instant = .now) throws {
        left = min(Self.burst, left + (now - countedAt).seconds * Self.perSecond)
        countedAt = now
        guard left >= 1 else {
            throw Problem(
                status: 429, code: .rateLimited, title: "too many attempts to log in",
                detail: "Wait a few seconds.", retryAfter: Int((1 - left) / Self.perSecond) + 1)
        }
        left -= 1
    }

    func succeeded() { left = min(Self.burst, left + 1) }
}

extension Request {
    /// Whether the browser speaks TLS with whatever stands before us: its own origin tells.
    fileprivate var cameEncrypted: Bool { headers[.origin]?.lowercased().hasPrefix("https://") == true }
}
