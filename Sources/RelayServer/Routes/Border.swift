import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import RelayAPI

typealias RelayContext = RelayRequestContext

/// A request's context with the address it came from.
struct RelayRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let remoteAddress: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}

/// What every request passes: known path and method, errors as problems, one log line.
struct Border<Inner: HTTPResponder>: HTTPResponder where Inner.Context == RelayContext {
    let inner: Inner
    let router: [(path: [Substring], method: HTTPRequest.Method)]

    func respond(to request: Request, context: RelayContext) async throws -> Response {
        do {
            if let refusal = refusal(of: request) { return refusal }
            return try await inner.respond(to: request, context: context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            let problem = Problem(unexpected: error)
            if problem.status >= 500 {
                context.logger.error(
                    "request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            return try problem.response()
        }
    }

    private func refusal(of request: Request) -> Response? {
        let path = request.uri.path.split(separator: "/")
        let methods = router.filter { Self.matches($0.path, path) }.map(\.method)
        guard !methods.isEmpty else {
            return try? Problem(
                status: 404, code: .notFound, title: "there is nothing at this path",
                detail: "The endpoints are listed in Documentation/openapi.yaml."
            ).response()
        }
        guard !methods.contains(request.method) else { return nil }
        let allowed = methods.map(\.rawValue).sorted().joined(separator: ", ")
        var response = try? Problem(
            status: 405, code: .methodNotAllowed, title: "this path does not take \(request.method.rawValue)",
            detail: "It takes \(allowed)."
        ).response()
        response?.headers[.allow] = allowed
        return response
    }

    private static func matches(_ pattern: [Substring], _ path: [Substring]) -> Bool {
        pattern.count == path.count
            && zip(pattern, path).allSatisfy { $0 == $1 || $0.hasPrefix(":") || $0.hasPrefix("{") }
    }
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

func encodeJSON(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    return try encoder.encode(value)
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
