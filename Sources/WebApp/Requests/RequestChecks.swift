import HTTP
import HTTPEdge
import Networking
import Values

/// Checks every request before it reaches a route.
struct RequestChecks: Sendable {
    let hosts: HostRule
    let gate: Gate

    /// - Returns: Nil for a request that may pass.
    /// - Throws: `Problem` 403, or that of a wrong token.
    func check(_ request: ServerRequest) async throws -> ServerResponse? {
        try hosts.check(
            authority: request.fields["Host"], origin: request.fields["Origin"],
            fetchSite: request.fields["Sec-Fetch-Site"], changesState: !request.method.isSafe)
        return try await gate.check(request)
    }

    /// Added to every response: no resources from other origins, no inline scripts, no framing, no referrer.
    static let protection: HTTPFields = [
        "Content-Security-Policy": """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    ]
}

extension HTTPMethod {
    /// Whether the method changes nothing.
    fileprivate var isSafe: Bool { [.get, .head, .options].contains(self) }
}
