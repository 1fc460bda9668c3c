import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import RelayAPI

/// Lets in who knows the token, where one is set.
///
/// A program sends it as a bearer token. A browser logs in once and gets a cookie: the moment at which it expires and an
/// authentication code over that, under a key made from the token. So nothing has to be kept, and a new token ends every
/// login.
struct Gate: Sendable {
    static let cookieName = "sysmaint-login"
    static let loginLifetime: TimeInterval = 7 * 24 * 3600
    /// What a reader needs before the login.
    private static let openPaths: Set = ["/login", "/api/login", "/api/logout", "/favicon.svg"]

    /// Those that stand for themselves inside a query's value.
    private static let plainCharacters = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")

    private let key: SymmetricKey?

    init(token: String?) {
        key = token.map {
            SymmetricKey(data: SHA256.hash(data: Data("sysmaint web login ".utf8) + Data($0.utf8)))
        }
    }

    var isClosed: Bool { key != nil }

    func admits(_ request: Request, now: Date = Date()) -> Bool {
        guard let key else { return true }
        let path = request.uri.path
        if Self.openPaths.contains(path) || path.hasPrefix("/assets/") { return true }
        if let token = Self.bearerToken(request) { return knows(token) }
        return Self.cookie(request).map { isValid($0, under: key, now: now) } ?? false
    }

    func knows(_ token: String) -> Bool {
        guard let key else { return true }
        let candidate = Gate(token: token)
        guard let theirs = candidate.key else { return false }
        // Codes are compared in constant time, keys are not.
        let code = HMAC<SHA256>.authenticationCode(for: Data(), using: theirs)
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data(), using: key)
    }

    /// A browser's page request goes to the login; everything else is told what is missing.
    func refusal(of request: Request) -> Response {
        let path = request.uri.path
        if request.method == .get, !path.hasPrefix("/api/") {
            let wanted = path + (request.uri.query.map { "?\($0)" } ?? "")
            let next = wanted.addingPercentEncoding(withAllowedCharacters: Self.plainCharacters) ?? "/"
            return Response(
                status: .seeOther, headers: [.location: "/login?next=\(next)", .cacheControl: "no-store"])
        }
        var response = Problem(
            status: 401, code: .loginRequired, title: "this needs a login",
            detail: "Open /login in a browser, or send the token: Authorization: Bearer …"
        ).response
        response.headers[.wwwAuthenticate] = "Bearer"
        return response
    }

    // MARK: Cookies

    /// The value of `Set-Cookie` for a new login.
    func loginCookie(isSecure: Bool, now: Date = Date()) -> String? {
        guard let key else { return nil }
        let expiry = "\(Int(now.timeIntervalSince1970 + Self.loginLifetime))"
        let value =
            "\(expiry).\(Self.hex(HMAC<SHA256>.authenticationCode(for: Data(expiry.utf8), using: key)))"
        return Self.cookie(value, maxAge: Int(Self.loginLifetime), isSecure: isSecure)
    }

    static func logoutCookie(isSecure: Bool) -> String { cookie("", maxAge: 0, isSecure: isSecure) }

    private static func cookie(_ value: String, maxAge: Int, isSecure: Bool) -> String {
        "\(cookieName)=\(value); Max-Age=\(maxAge); Path=/; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    }

    private func isValid(_ cookie: Substring, under key: SymmetricKey, now: Date) -> Bool {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let expiry = Int(parts[0]), Double(expiry) > now.timeIntervalSince1970,
            let code = Self.bytes(parts[1])
        else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data(parts[0].utf8), using: key)
    }

    private static func cookie(_ request: Request) -> Substring? {
        for header in request.headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0] == cookieName { return parts[1] }
            }
        }
        return nil
    }

    private static func bearerToken(_ request: Request) -> String? {
        guard let value = request.headers[.authorization], value.lowercased().hasPrefix("bearer ") else {
            return nil
        }
        return value.dropFirst("bearer ".count).trimmingCharacters(in: .whitespaces)
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(_ hex: Substring) -> [UInt8]? {
        guard hex.utf8.count == 2 * SHA256.byteCount else { return nil }
        var bytes: [UInt8] = []
        var rest = hex
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
