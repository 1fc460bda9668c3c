import Cryptography
import Foundation
import HTTP
import Messenger
import Networking
import RelayAPI

/// Small HTTP requests to the relay and the web.
enum JSONClient {
    static let patience = Duration.seconds(5)
    static let maxByteCount = 4 * 1024 * 1024

    /// The decoded response to a GET; `token` is the web's `WEB_TOKEN`, if it has one.
    static func get<Value: Decodable>(
        _ url: String, as type: Value.Type, token: SecretText? = nil
    ) async throws -> Value {
        var fields: HTTPFields = [:]
        if let token { fields["Authorization"] = "Bearer \(token.exposed)" }
        let body = try await answer(.get, url, fields)
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw Failure(
                .unavailable,
                "the server at \(url.withoutCredentials) is not SysMaint, or is another version",
                help: "Check the address, and use the same version on both sides.")
        }
    }

    /// - Throws: `Failure` unless the request succeeds.
    static func check(_ url: String) async throws { _ = try await answer(.get, url) }

    static func post(_ url: String, _ value: some Encodable, token: SecretText?) async throws {
        let body = try JSONEncoder().encode(value)
        var fields: HTTPFields = ["Content-Type": "application/json"]
        if let token { fields["Authorization"] = "Bearer \(token.exposed)" }
        _ = try await answer(.post, url, fields, Array(body))
    }

    private static func answer(
        _ method: HTTPMethod, _ address: String, _ fields: HTTPFields = [:], _ body: [UInt8] = []
    ) async throws -> Data {
        let url = address.withoutCredentials
        let silence = Failure(
            .unavailable, "no response from \(url)",
            help: "Check that the server is running and that the address is correct.")
        guard let endpoint = Endpoint(url: address), let parts = URLComponents(string: address) else {
            throw silence
        }
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        let response: ClientResponse
        do {
            response = try await Network.client(for: endpoint).send(
                method, path + (parts.percentEncodedQuery.map { "?\($0)" } ?? ""), fields: fields,
                body: body, within: patience, maxBody: maxByteCount)
        } catch {
            throw silence
        }
        guard (200..<300).contains(response.status) else {
            if let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body)) {
                let advice = problem.status == 401 ? "Set WEB_TOKEN to the dashboard's token." : nil
                throw Failure(problem, by: url, advice: advice)
            }
            throw Failure(
                .unavailable, "\(url) responded with \(ForeignAnswer(response))",
                help: "Check the address, and the log of the proxy.")
        }
        return Data(response.body)
    }
}
