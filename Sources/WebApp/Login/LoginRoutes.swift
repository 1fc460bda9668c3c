import Cryptography
import HTTP
import HTTPEdge
import Networking

/// Login with the token, and logout.
struct LoginRoutes: Sendable {
    let gate: Gate
    let events: EventHub

    func add(to router: inout Router) {
        router.post("/api/login", respond: login)
        router.post("/api/logout", respond: logout)
    }

    private func login(_ request: RoutedRequest) async throws -> ServerResponse {
        let credentials = try await request.labelledJSON(Credentials.self)
        return Self.settingCookie(try await gate.logIn(with: credentials.token, request.request))
    }

    private func logout(_ request: RoutedRequest) -> ServerResponse {
        let cookie = gate.logOut(request.request)
        events.endStreams(unless: gate.logins.isOpen)
        return Self.settingCookie(cookie)
    }

    private static func settingCookie(_ cookie: String) -> ServerResponse {
        ServerResponse(status: 204, fields: ["Set-Cookie": cookie])
    }
}

/// The body of `POST /api/login`.
private struct Credentials: Decodable {
    let token: SecretText
}
