import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import RelayAPI

/// What every request passes on its way in and every answer on its way out: who may ask, what there is to ask for, how
/// errors look, and which headers protect the reader.
struct Border<Inner: HTTPResponder>: HTTPResponder where Inner.Context == BasicRequestContext {
    /// What `inner` answers, by path.
    let methods: [String: Set<HTTPRequest.Method>]
    let hosts: HostRule
    let gate: Gate
    let inner: Inner

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var response = try await answer(request, context: context)
        for (name, value) in Self.protection { response.headers[name] = value }
        return response
    }

    private func answer(_ request: Request, context: BasicRequestContext) async throws -> Response {
        do {
            try hosts.check(
                authority: request.head.authority, origin: request.headers[.origin],
                fetchSite: request.headers[.secFetchSite], changesState: !request.method.isSafe)
            if !gate.admits(request) { return gate.refusal(of: request) }
            if let refusal = refusal(of: request) { return refusal }
            return try await inner.respond(to: request, context: context)
        } catch let problem as Problem {
            return problem.response
        } catch let error as InvalidValue {
            return Problem(error).response
        } catch let error as HTTPParserError {
            throw error
        } catch {
            context.logger.error(
                "request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Problem(
                status: 500, code: .internalError, title: "the server failed",
                detail: "The log of the web tells more."
            ).response
        }
    }

    private func refusal(of request: Request) -> Response? {
        guard let known = methods[request.uri.path] else {
            return Problem(status: 404, code: .notFound, title: "there is nothing at this path").response
        }
        guard !known.contains(request.method) else { return nil }
        let allowed = known.map(\.rawValue).sorted().joined(separator: ", ")
        var response = Problem(
            status: 405, code: .methodNotAllowed, title: "this path does not take \(request.method.rawValue)",
            detail: "It takes \(allowed)."
        ).response
        response.headers[.allow] = allowed
        return response
    }

    /// Nothing is loaded from elsewhere, nothing inline runs, nobody frames us, no address of ours is told to others.
    private static var protection: [(HTTPField.Name, String)] {
        [
            (
                .contentSecurityPolicy,
                """
                default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                base-uri 'none'; form-action 'none'; frame-ancestors 'none'
                """
            ),
            (.xContentTypeOptions, "nosniff"),
            (.referrerPolicy, "no-referrer"),
            (.crossOriginResourcePolicy, "same-origin"),
            (.crossOriginOpenerPolicy, "same-origin"),
        ]
    }
}

extension HTTPRequest.Method {
    /// Asks without changing anything.
    fileprivate var isSafe: Bool { self == .get || self == .head || self == .options }
}

extension HTTPField.Name {
    private static func named(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is not a field name") }
        return name
    }

    static let secFetchSite = named("Sec-Fetch-Site")
    static let referrerPolicy = named("Referrer-Policy")
    static let crossOriginOpenerPolicy = named("Cross-Origin-Opener-Policy")
    static let lastEventID = named("Last-Event-ID")
}
