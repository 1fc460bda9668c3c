import Cryptography
import Foundation
import HTTP
import HTTPEdge
import Logging
import Networking
import Values

/// Requires the token, if one is configured.
///
/// A program sends it as a bearer token. A browser logs in with it once and gets a cookie.
struct Gate: Sendable {
    /// Browsers share cookies among all ports of a host: the port in the name keeps installations apart.
    static func cookieName(of request: ServerRequest) -> String {
        let host = request.fields["Host"] ?? ""
        // An address of IPv6 has colons of its own.
        let port = (host.lastIndex(of: "]").map { host[$0...] } ?? host[...]).split(separator: ":")
            .dropFirst().last
        return "sysmaint-login" + (port.map { "-\($0)" } ?? "")
    }

    /// Paths needed before login.
    private static let openPaths: Set = ["/login", "/api/login", "/api/logout", "/favicon.svg"]

    /// Characters that are not escaped in a query value.
    private static let plainCharacters = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")

    /// Nil if everybody is admitted.
    private let token: TokenCheck?
    let logins: Logins
    private let base: BasePath

    init(token: TokenCheck?, logins: Logins = Logins(), base: BasePath = .root) {
        self.token = token
        self.base = base
        self.logins = logins
    }

    var isClosed: Bool { token != nil }

    /// - Returns: Nil if the request may pass.
    /// - Throws: `Problem` 401 or 429 for a wrong token.
    func check(_ request: ServerRequest) async throws -> ServerResponse? {
        guard let token else { return nil }
        if Self.openPaths.contains(request.path) || request.path.hasPrefix("/assets/") { return nil }
        if let bearer = request.bearerToken {
            try await token.check(bearer, of: request)
            return nil
        }
        return login(of: request) == nil ? refusal(of: request.head) : nil
    }

    /// The login whose cookie the request carries; nil if there is none that is open.
    func login(of request: ServerRequest) -> Logins.ID? {
        Self.cookie(Self.cookieName(of: request), in: request.fields.all("Cookie")).map(Logins.ID.init)
            .flatMap { logins.isOpen($0) ? $0 : nil }
    }

    /// - Returns: The value of `Set-Cookie` for a new login, which replaces the one the request carries.
    /// - Throws: `Problem` 401 or 429 for a wrong token.
    func logIn(with token: SecretText, _ request: ServerRequest) async throws -> String {
        try await self.token?.check(token, of: request)
        logOut(request)
        return cookie(logins.begin(), maxAge: Int(Logins.lifetime), for: request)
    }

    /// - Returns: The value of `Set-Cookie` that removes the cookie.
    @discardableResult
    func logOut(_ request: ServerRequest) -> String {
        if let login = login(of: request) { logins.end(login) }
        return cookie("", maxAge: 0, for: request)
    }

    /// Redirects a browser's page request to the login; all other requests get 401.
    private func refusal(of request: HTTPRequestHead) -> ServerResponse {
        if request.method == .get, !request.path.hasPrefix("/api/") {
            let query = request.target.firstIndex(of: "?").map { request.target[$0...] } ?? ""
            let next =
                (request.path + query).addingPercentEncoding(withAllowedCharacters: Self.plainCharacters)
                ?? "/"
            return ServerResponse(
                status: 303,
                fields: ["Location": "\(base.path)/login?next=\(next)", "Cache-Control": "no-store"])
        }
        return Problem(
            status: 401, code: .loginRequired, title: "a login is required",
            detail: "Open /login in a browser, or send the token: Authorization: Bearer …"
        ).response
    }

    // MARK: Cookies

    private func cookie(_ value: String, maxAge: Int, for request: ServerRequest) -> String {
        "\(Self.cookieName(of: request))=\(value); Max-Age=\(maxAge); Path=\(base.path)/; HttpOnly; SameSite=Strict"
            + (request.cameEncrypted ? "; Secure" : "")
    }

    private static func cookie(_ name: String, in cookies: [String]) -> Substring? {
        for value in cookies {
            for pair in value.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == name { return parts[1] }
            }
        }
        return nil
    }
}

extension ServerRequest {
    /// Whether the browser uses TLS, possibly to a reverse proxy: its `Origin` tells.
    fileprivate var cameEncrypted: Bool { fields["Origin"]?.lowercased().hasPrefix("https://") == true }
}
