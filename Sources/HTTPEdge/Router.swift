import Foundation
import HTTP
import Logging
import Networking
import RelayAPI

/// What a server answers at which path: the border between HTTP and its handlers.
///
///     var router = Router(logger: logger) { Problem($0) ?? failure }
///     router.on(.get, "/v1/devices/:id") { request, parameters in
///         try .json(await devices.device(parameters["id"]))
///     }
///     let response = await router.respond(to: request)
///
/// What a handler throws becomes a `Problem`, and a problem an answer; an unknown path is one too (404), and a method that the
/// path does not take (405 with `Allow`). `HEAD` is answered wherever `GET` is. Paths are compared byte by byte, apart from
/// `:parameters`. It knows nothing of who may ask: that is decided before it.
package struct Router: Sendable {
    package typealias Handler = @Sendable (ServerRequest, PathParameters) async throws -> ServerResponse

    private struct Place {
        let segments: [Substring]
        var handlers: [HTTPMethod: Handler] = [:]
    }

    private let logger: Logger
    private let problem: @Sendable (any Error) -> Problem
    private let notFoundDetail: String?
    /// Those without parameters, by path.
    private var plain: [String: Place] = [:]
    private var withParameters: [Place] = []

    /// - Parameters:
    ///   - notFoundDetail: Where a person finds what there is.
    ///   - problem: What clients learn of an error that a handler threw.
    package init(
        logger: Logger, notFoundDetail: String? = nil, problem: @escaping @Sendable (any Error) -> Problem
    ) {
        self.logger = logger
        self.notFoundDetail = notFoundDetail
        self.problem = problem
    }

    /// - Parameter path: May hold segments such as `:id`, which stand for any one segment.
    package mutating func on(_ method: HTTPMethod, _ path: String, _ handler: @escaping Handler) {
        let segments = Self.segments(path)
        guard segments.contains(where: { $0.hasPrefix(":") }) else {
            plain[path, default: Place(segments: segments)].handlers[method] = handler
            return
        }
        if let index = withParameters.firstIndex(where: { $0.segments == segments }) {
            withParameters[index].handlers[method] = handler
        } else {
            withParameters.append(Place(segments: segments, handlers: [method: handler]))
        }
    }

    package func respond(to request: ServerRequest) async -> ServerResponse {
        guard let (place, parameters) = place(of: request.path) else {
            return Problem(
                status: 404, code: .notFound, title: "there is nothing at this path", detail: notFoundDetail
            ).response
        }
        let handler =
            place.handlers[request.method] ?? (request.method == .head ? place.handlers[.get] : nil)
        guard let handler else { return Self.refusal(of: request.method, at: place) }
        do {
            return try await handler(request, parameters)
        } catch {
            let problem = problem(error)
            if problem.status >= 500, !(error is Problem) {
                logger.error("request failed", ["path": request.path, "error": "\(error)"])
            }
            return problem.response
        }
    }

    private func place(of path: String) -> (Place, PathParameters)? {
        if let place = plain[path] { return (place, PathParameters()) }
        guard !withParameters.isEmpty else { return nil }
        let segments = Self.segments(path)
        for place in withParameters {
            if let parameters = PathParameters(of: segments, in: place.segments) {
                return (place, parameters)
            }
        }
        return nil
    }

    private static func refusal(of method: HTTPMethod, at place: Place) -> ServerResponse {
        var methods = Set(place.handlers.keys.map(\.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        let allowed = methods.sorted().joined(separator: ", ")
        var response = Problem(
            status: 405, code: .methodNotAllowed, title: "this path does not take \(method.rawValue)",
            detail: "It takes \(allowed)."
        ).response
        response.fields["Allow"] = allowed
        return response
    }

    private static func segments(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }
}

/// The values of a path's parameters, by name without the colon.
package struct PathParameters: Sendable {
    private var values: [Substring: String] = [:]

    fileprivate init() {}

    /// - Returns: nil where the path is another, or a value is not UTF-8 in percent encoding.
    fileprivate init?(of path: [Substring], in pattern: [Substring]) {
        guard path.count == pattern.count else { return nil }
        for (value, name) in zip(path, pattern) where value != name {
            guard name.hasPrefix(":"), !value.isEmpty, let value = value.removingPercentEncoding else {
                return nil
            }
            values[name.dropFirst()] = value
        }
    }

    /// Empty where the path has no such parameter.
    package subscript(_ name: String) -> String { values[Substring(name)] ?? "" }
}
