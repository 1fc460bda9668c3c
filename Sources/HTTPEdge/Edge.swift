import HTTP
import Logging
import Networking
import Values

/// Connects a router to an HTTP server: finds the route of a request and turns every outcome into a response.
///
/// ```swift
/// let edge = Edge(router: router, server: "relay", maxBodyByteCount: 256 * 1024, logger: logger)
/// let server = HTTPServer(loops: loops, configuration: configuration, failure: edge.failure, respond: edge.respond)
/// ```
/// Errors become problems (RFC 9457), including those of malformed requests. Each request is logged on one line, with
/// the id that its response carries as `X-Request-Id`. Not included: listening and timeouts (`Networking`),
/// authorization (`check`, or the routes), and bodies that are not JSON.
package struct Edge: Sendable {
    private let router: Router
    private let server: String
    private let maxBodyByteCount: Int
    private let notFoundDetail: String?
    private let fields: HTTPFields
    private let check: @Sendable (ServerRequest) async throws -> ServerResponse?
    private let explain: @Sendable (any Error) -> Problem?
    private let logger: Logger

    /// Responds with the routes of `router`; errors call the server `server` and refer to `notFoundDetail` for valid
    /// paths.
    ///
    /// Each response gets `fields`. `check` runs before routing: it responds, throws, or returns nil to let the request
    /// pass. `explain` returns the problem for an error of the application, or nil for an unexpected one.
    package init(
        router: Router, server: String, maxBodyByteCount: Int, notFoundDetail: String? = nil,
        fields: HTTPFields = [:],
        check: @escaping @Sendable (ServerRequest) async throws -> ServerResponse? = { _ in nil },
        explain: @escaping @Sendable (any Error) -> Problem? = { _ in nil }, logger: Logger
    ) {
        self.router = router
        self.server = server
        self.maxBodyByteCount = maxBodyByteCount
        self.notFoundDetail = notFoundDetail
        self.fields = fields
        self.check = check
        self.explain = explain
        self.logger = logger
    }

    @Sendable
    package func respond(to request: ServerRequest) async -> ServerResponse {
        var response: ServerResponse
        do {
            if let answer = try await check(request) {
                response = answer
            } else {
                response = try await route(request)
            }
        } catch {
            let problem = problem(error)
            // A problem that was thrown as such is intended, such as one for a late answer.
            if problem.status >= 500, !(error is Problem) {
                logger.error("request failed", ["id": request.id, "path": request.path, "error": "\(error)"])
            }
            response = problem.response
        }
        for (name, value) in fields { response.fields[name] = value }
        response.fields["X-Request-Id"] = request.id
        logger.debug(
            "request",
            [
                "id": request.id, "method": request.method.rawValue, "path": request.path,
                "status": "\(response.status)", "address": request.remoteAddress,
            ])
        return response
    }

    /// The response to a malformed request.
    @Sendable
    package func failure(_ failure: HTTPFailure) -> ServerResponse {
        var response = Problem(failure).response
        for (name, value) in fields { response.fields[name] = value }
        return response
    }

    private func route(_ request: ServerRequest) async throws -> ServerResponse {
        switch router.match(request.method, request.path) {
        case .route(let handler, let parameters):
            return try await handler(
                RoutedRequest(request: request, parameters: parameters, maxBodyByteCount: maxBodyByteCount))
        case .otherMethods(let methods):
            let allowed = methods.map(\.rawValue).joined(separator: ", ")
            var response = Problem(
                status: 405, code: .methodNotAllowed,
                title: "this path does not support \(request.method.rawValue)",
                detail: "It supports \(allowed)."
            ).response
            response.fields["Allow"] = allowed
            return response
        case .nothing:
            throw Problem(
                status: 404, code: .notFound, title: "this path does not exist", detail: notFoundDetail)
        }
    }

    private func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as InvalidValue: Problem(error)
        case let failure as HTTPFailure: Problem(failure)
        // The client is gone.
        case is ConnectionClosed:
            Problem(status: 400, code: .invalidRequest, title: "the client has disconnected")
        default:
            explain(error)
                ?? Problem(
                    status: 500, code: .internalError, title: "the \(server) failed",
                    detail: "See the log of the \(server).")
        }
    }
}
