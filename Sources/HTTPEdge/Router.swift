import Foundation
import HTTP
import Networking

/// A server's handlers, by path and method.
///
/// ```swift
/// var router = Router()
/// router.get("/v1/devices/:device") { request in
///     try await device(request.parameter("device"))       // any Encodable, answered as JSON
/// }
/// router.post("/v1/devices") { request in
///     try await add(request.json(Device.self))
///     return ServerResponse(status: 204)                  // or a whole response
/// }
/// ```
/// A segment that begins with `:` matches any text. A literal path takes precedence over one with placeholders, and
/// `HEAD` is supported wherever `GET` is. Routes are unordered; there is no wildcard for the rest of a path and no
/// middleware: checks that apply to every request belong to `Edge`.
package struct Router: Sendable {
    package typealias Handler = @Sendable (RoutedRequest) async throws -> ServerResponse
    fileprivate typealias Methods = [HTTPMethod: Handler]

    fileprivate struct Pattern: Sendable {
        let segments: [Substring]
        var methods: Methods
    }

    enum Match {
        case route(Handler, parameters: [String: String])
        /// The path supports only these methods, in order.
        case otherMethods([HTTPMethod])
        case nothing
    }

    private var literal: [String: Methods] = [:]
    private var patterns: [Pattern] = []

    package init() {}

    /// - Precondition: The route is new.
    package mutating func on(_ method: HTTPMethod, _ path: String, respond: @escaping Handler) {
        precondition(path.hasPrefix("/"), "\(path) does not begin with a slash")
        guard path.contains("/:") else {
            return Self.add(method, respond, to: &literal[path, default: [:]], path)
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        if let index = patterns.firstIndex(where: { $0.segments == segments }) {
            Self.add(method, respond, to: &patterns[index].methods, path)
        } else {
            var methods: Methods = [:]
            Self.add(method, respond, to: &methods, path)
            patterns.append(Pattern(segments: segments, methods: methods))
        }
    }

    package mutating func on<Value: Encodable & Sendable>(
        _ method: HTTPMethod, _ path: String,
        _ body: @escaping @Sendable (RoutedRequest) async throws -> Value
    ) {
        on(method, path, respond: { try ServerResponse(json: try await body($0)) })
    }

    package mutating func get(_ path: String, respond: @escaping Handler) { on(.get, path, respond: respond) }
    package mutating func post(_ path: String, respond: @escaping Handler) {
        on(.post, path, respond: respond)
    }
    package mutating func delete(_ path: String, respond: @escaping Handler) {
        on(.delete, path, respond: respond)
    }

    package mutating func get<Value: Encodable & Sendable>(
        _ path: String, _ body: @escaping @Sendable (RoutedRequest) async throws -> Value
    ) { on(.get, path, body) }

    package mutating func post<Value: Encodable & Sendable>(
        _ path: String, _ body: @escaping @Sendable (RoutedRequest) async throws -> Value
    ) { on(.post, path, body) }

    func match(_ method: HTTPMethod, _ path: String) -> Match {
        var known: Set<HTTPMethod> = []
        if let methods = literal[path] {
            if let handler = methods[method] { return .route(handler, parameters: [:]) }
            known.formUnion(methods.keys)
        }
        let segments = patterns.isEmpty ? [] : path.split(separator: "/", omittingEmptySubsequences: false)
        for pattern in patterns {
            guard let parameters = pattern.parameters(of: segments) else { continue }
            if let handler = pattern.methods[method] { return .route(handler, parameters: parameters) }
            known.formUnion(pattern.methods.keys)
        }
        return known.isEmpty ? .nothing : .otherMethods(known.sorted { $0.rawValue < $1.rawValue })
    }

    private static func add(
        _ method: HTTPMethod, _ handler: @escaping Handler, to methods: inout Methods, _ path: String
    ) {
        precondition(methods[method] == nil, "\(method.rawValue) \(path) is routed twice")
        methods[method] = handler
        if method == .get { methods[.head] = handler }
    }
}

extension Router.Pattern {
    /// The values of the placeholders, percent-decoded; nil if the path does not match.
    fileprivate func parameters(of path: [Substring]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            guard segment.hasPrefix(":") else {
                guard segment == text else { return nil }
                continue
            }
            guard !text.isEmpty, let decoded = text.removingPercentEncoding else { return nil }
            parameters[String(segment.dropFirst())] = decoded
        }
        return parameters
    }
}
