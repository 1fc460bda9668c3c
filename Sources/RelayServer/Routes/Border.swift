import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import RelayAPI

typealias RelayContext = RelayRequestContext

/// A request's context with the address it came from and the id that its log lines carry.
struct RelayRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: String
    /// Absent where the log keeps no metadata.
    let requestID: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
        requestID = source.logger[metadataKey: "hb.request.id"]?.description
    }
}

/// A path, with its placeholders, and a method that it takes.
struct KnownRoute: Sendable {
    let path: [Substring]
    let method: HTTPRequest.Method

    init(_ route: Router<RelayContext>.RouteDescription) {
        path = route.path.description.split(separator: "/")
        method = route.method
    }

    func matches(_ other: [Substring]) -> Bool {
        path.count == other.count
            && zip(path, other).allSatisfy { $0 == $1 || $0.hasPrefix(":") || $0.hasPrefix("{") }
    }
}

/// What every request passes: known path and method, errors as problems, an id by which log and client speak of it.
struct Border<Inner: HTTPResponder>: HTTPResponder where Inner.Context == RelayContext {
    let inner: Inner
    let routes: [KnownRoute]

    func respond(to request: Request, context: RelayContext) async throws -> Response {
        var response: Response
        do {
            try check(request)
            response = try await inner.respond(to: request, context: context)
        } catch let error as HTTPParserError {
            throw error
        } catch let error as NotAllowed {
            response = try error.problem.response()
            response.headers[.allow] = error.methods
        } catch {
            let problem = Problem(unexpected: error)
            if problem.status >= 500 {
                context.logger.error(
                    "request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            response = try problem.response()
        }
        if let name = HTTPField.Name.requestID { response.headers[name] = context.requestID }
        context.logger.debug(
            "request",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)",
                "status": "\(response.status.code)",
                "address": "\(context.remoteAddress)",
            ])
        return response
    }

    private struct NotAllowed: Error {
        let problem: Problem
        let methods: String
    }

    private func check(_ request: Request) throws {
        let path = request.uri.path.split(separator: "/")
        let methods = routes.filter { $0.matches(path) }.map(\.method)
        guard !methods.isEmpty else {
            throw Problem(
                status: 404, code: .notFound, title: "there is nothing at this path",
                detail: "The endpoints are listed in Documentation/openapi.yaml.")
        }
        guard !methods.contains(request.method) else { return }
        let allowed = Set(methods.map(\.rawValue)).sorted().joined(separator: ", ")
        throw NotAllowed(
            problem: Problem(
                status: 405, code: .methodNotAllowed,
                title: "this path does not take \(request.method.rawValue)",
                detail: "It takes \(allowed)."), methods: allowed)
    }
}

extension HTTPField.Name {
    fileprivate static let requestID = HTTPField.Name("X-Request-Id")
}

extension Problem {
    func response() throws -> Response {
        var response = try jsonResponse(self, status: .init(code: status))
        response.headers[.contentType] = Self.mediaType
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        if status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}

func jsonResponse(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    Response(
        status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encodeJSON(value))))
}

/// Reads JSON bodies of bounded size.
struct BodyReader: Sendable {
    let maxByteCount: Int

    func json<Value: Decodable>(_ type: Value.Type, of request: Request) async throws -> Value {
        var data = Data()
        for try await chunk in request.body {
            guard data.count + chunk.readableBytes <= maxByteCount else {
                throw Problem(
                    status: 413, code: .bodyTooLarge, title: "the body is too large",
                    detail: "At most \(maxByteCount) bytes are taken.")
            }
            data.append(contentsOf: chunk.readableBytesView)
        }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw Problem(decoding: error)
        }
    }
}
