import Foundation
import HTTP
import Networking
import TestSupport

/// HTTP as a client of the system sees it.
package enum Web {
    package struct Response: Sendable {
        package let status: Int
        package let contentType: String?
        package let body: Data

        package func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
            do {
                return try JSONDecoder().decode(type, from: body)
            } catch {
                throw Unexpected(
                    "\(type) expected, \(status) came with \(String(decoding: body.prefix(2000), as: UTF8.self))"
                )
            }
        }
    }

    package static func get(_ url: String, headers: [String: String] = [:]) async throws -> Response {
        try await request(.get, url, headers, body: [])
    }

    package static func post(
        _ url: String, json: String, headers: [String: String] = [:], contentType: String = "application/json"
    ) async throws -> Response {
        try await request(
            .post, url, headers.merging(["Content-Type": contentType]) { $1 }, body: Array(json.utf8))
    }

    private static func request(
        _ method: HTTPMethod, _ url: String, _ headers: [String: String], body: [UInt8]
    ) async throws -> Response {
        guard let endpoint = Endpoint(url: url), let address = URLComponents(string: url) else {
            throw Unexpected("\(url) is not an address")
        }
        var fields: HTTPFields = [:]
        for (name, value) in headers { fields[name] = value }
        let path = address.percentEncodedPath.isEmpty ? "/" : address.percentEncodedPath
        let target = path + (address.percentEncodedQuery.map { "?\($0)" } ?? "")
        let response = try await Client(endpoint, tls: nil).send(
            method, target, fields: fields, body: body, within: .seconds(60), maxBody: 16 * 1024 * 1024)
        return Response(
            status: response.status, contentType: response.fields["Content-Type"], body: Data(response.body))
    }
}
