import Foundation
import HTTP
import Networking
import RelayAPI

/// Looks at what a part of the system says of itself over HTTP, or tells it something.
enum Peek {
    static let patience = Duration.seconds(5)
    static let maxByteCount = 4 * 1024 * 1024

    /// What a part says at an address; `token` is what the web asks for where it has a `WEB_TOKEN`.
    static func get<Value: Decodable>(
        _ url: String, as type: Value.Type, token: String? = nil
    ) async throws -> Value {
        var fields: HTTPFields = [:]
        if let token { fields["Authorization"] = "Bearer \(token)" }
        let body = try await answer(.get, url, fields)
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw Failure(
                .unavailable, "what answers at \(url) is not SysMaint, or another version",
                help: "Check the address.")
        }
    }

    /// - Throws: `Failure` where the answer is not a good one.
    static func check(_ url: String) async throws { _ = try await answer(.get, url) }

    static func post(_ url: String, _ value: some Encodable) async throws {
        let body = try JSONEncoder().encode(value)
        _ = try await answer(.post, url, ["Content-Type": "application/json"], Array(body))
    }

    private static func answer(
        _ method: HTTPMethod, _ url: String, _ fields: HTTPFields = [:], _ body: [UInt8] = []
    ) async throws -> Data {
        let silence = Failure(
            .unavailable, "nothing answers at \(url)", help: "Is it running? Is the address right?")
        guard let endpoint = Endpoint(url: url), let address = URLComponents(string: url) else {
            throw silence
        }
        let path = address.percentEncodedPath.isEmpty ? "/" : address.percentEncodedPath
        let response: ClientResponse
        do {
            response = try await Network.client(for: endpoint).send(
                method, path + (address.percentEncodedQuery.map { "?\($0)" } ?? ""), fields: fields,
                body: body, within: patience, maxBody: maxByteCount)
        } catch {
            throw silence
        }
        guard (200..<300).contains(response.status) else {
            if let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body)) {
                let advice = problem.status == 401 ? "Set WEB_TOKEN to what the dashboard asks for." : nil
                throw Failure(problem, by: url, advice: advice)
            }
            throw Failure(
                .unavailable, "\(url) answers with status \(response.status)",
                help: "Check the address, and what stands between here and there.")
        }
        return Data(response.body)
    }
}
