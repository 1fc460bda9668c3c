import HTTP
import HTTPEdge
import Networking
import RelayAPI

/// Who may ask at all.
struct Border: Sendable {
    let hosts: HostRule
    let gate: Gate

    /// - Returns: nil for a request that may pass.
    /// - Throws: `Problem` 403.
    func check(_ request: ServerRequest) throws(Problem) -> ServerResponse? {
        try hosts.check(
            authority: request.fields["Host"], origin: request.fields["Origin"],
            fetchSite: request.fields["Sec-Fetch-Site"], changesState: !request.method.isSafe)
        let isAdmitted = gate.admits(
            request.path, bearer: request.bearerToken, cookies: request.fields.all("Cookie"))
        return isAdmitted ? nil : Gate.refusal(of: request.head)
    }

    /// Stand on every answer: nothing is loaded from elsewhere, nothing inline runs, nobody frames us, no address of ours is
    /// told to others.
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
    /// Asks without changing anything.
    fileprivate var isSafe: Bool { [.get, .head, .options].contains(self) }
}
