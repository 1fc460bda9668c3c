import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// HTTP as a client of the system sees it.
enum Web {
    struct Response: Sendable {
        let status: Int
        let contentType: String?
        let body: Data

        func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
            do {
                return try JSONDecoder().decode(type, from: body)
            } catch {
                throw Unexpected(
                    "\(type) expected, \(status) came with \(String(decoding: body.prefix(2000), as: UTF8.self))"
                )
            }
        }
    }

    static func get(_ url: String, headers: [String: String] = [:]) async throws -> Response {
        try await request(.GET, url, headers, body: nil)
    }

    static func post(
        _ url: String, json: String, headers: [String: String] = [:], contentType: String = "application/json"
    ) async throws -> Response {
        try await request(
            .POST, url, headers.merging(["Content-Type": contentType]) { $1 }, body: Data(json.utf8))
    }

    private static func request(
        _ method: HTTPMethod, _ url: String, _ headers: [String: String], body: Data?
    ) async throws -> Response {
        var request = HTTPClientRequest(url: url)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(data: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let content = try await response.body.collect(upTo: 16 * 1024 * 1024)
        return Response(
            status: Int(response.status.code), contentType: response.headers.first(name: "content-type"),
            body: Data(buffer: content))
    }
}
