import Cryptography
import Foundation
import HTTP
import HTTPEdge
import Networking
import RelayAPI

/// Requires the token, if one is configured.
///
/// A program sends it as a bearer token. A browser logs in once and gets a cookie: its expiry time and a MAC over that
/// time, under a key derived from the token. So no session state is stored, and a new token ends every login.
struct Gate: Sendable {
    static let cookieName = "sysmaint-login"
    static let loginLifetime: TimeInterval = 7 * 24 * 3600
    /// Paths needed before login.
    private static let openPaths: Set = ["/login", "/api/login", "/api/logout", "/favicon.svg"]

    /// Characters that are not escaped in a query value.
    private static let plainCharacters = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")

    private let key: SecretBytes?

    init(token: String?) {
        key = token.map { SecretBytes(taking: SHA256.hash(Array("sysmaint web login \($0)".utf8))) }
    }

    var isClosed: Bool { key != nil }

    func admits(_ path: String, bearer: String?, cookies: [String], now: Date = Date()) -> Bool {
        guard let key else { return true }
        if Self.openPaths.contains(path) || path.hasPrefix("/assets/") { return true }
        if let bearer { return knows(bearer) }
        return Self.login(in: cookies).map { isValid($0, under: key, now: now) } ?? false
    }

    func knows(_ token: String) -> Bool {
        guard let key, let theirs = Gate(token: token).key else { return true }
        return theirs == key
    }

    /// Redirects a browser's page request to the login; all other requests get 401.
    static func refusal(of request: HTTPRequestHead) -> ServerResponse {
        if request.method == .get, !request.path.hasPrefix("/api/") {
            let query = request.target.firstIndex(of: "?").map { request.target[$0...] } ?? ""
            let next =
                (request.path + query).addingPercentEncoding(withAllowedCharacters: plainCharacters) ?? "/"
            return ServerResponse(
                status: 303, fields: ["Location": "/login?next=\(next)", "Cache-Control": "no-store"])
        }
        return Problem(
            status: 401, code: .loginRequired, title: "a login is required",
            detail: "Open /login in a browser, or send the token: Authorization: Bearer …"
        ).response
    }

    // MARK: Cookies

    /// The value of `Set-Cookie` for a new login.
    func loginCookie(isSecure: Bool, now: Date = Date()) -> String? {
        guard let key else { return nil }
        let expiry = "\(Int(now.timeIntervalSince1970 + Self.loginLifetime))"
        return Self.cookie(
            "\(expiry).\(Self.code(of: expiry, under: key))", maxAge: Int(Self.loginLifetime),
            isSecure: isSecure)
    }

    static func logoutCookie(isSecure: Bool) -> String { cookie("", maxAge: 0, isSecure: isSecure) }

    private static func cookie(_ value: String, maxAge: Int, isSecure: Bool) -> String {
        "\(cookieName)=\(value); Max-Age=\(maxAge); Path=/; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }

    private func isValid(_ cookie: Substring, under key: SecretBytes, now: Date) -> Bool {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let expiry = Int(parts[0]), Double(expiry) > now.timeIntervalSince1970 else {
            return false
        }
        return equalInConstantTime(parts[1].utf8, Self.code(of: parts[0], under: key).utf8)
    }

    private static func login(in cookies: [String]) -> Substring? {
        for value in cookies {
            for pair in value.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == cookieName { return parts[1] }
            }
        }
        return nil
    }

    /// The MAC in hexadecimal.
    private static func code(of expiry: some StringProtocol, under key: SecretBytes) -> String {
        HMACSHA256.code(of: Array(expiry.utf8), key: key)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
