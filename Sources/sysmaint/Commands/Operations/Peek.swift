import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import RelayAPI

/// Looks at what a part of the system says of itself over HTTP, or tells it something.
enum Peek {
    static let patience = TimeAmount.seconds(5)
    static let maxByteCount = 4 * 1024 * 1024

    /// What a part says at an address; `token` is what the web asks for where it has a `WEB_TOKEN`.
    static func get<Value: Decodable>(
        _ url: String, as type: Value.Type, token: String? = nil
    ) async throws -> Value {
        var request = HTTPClientRequest(url: url)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let body = try await answer(request)
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw Failure(
                .unavailable, "what answers at \(url) is not SysMaint, or another version",
                help: "Check the address.")
        }
    }

    /// - Throws: `Failure` where the answer is not a good one.
    static func check(_ url: String) async throws { _ = try await answer(HTTPClientRequest(url: url)) }

    static func post(_ url: String, _ value: some Encodable) async throws {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(data: try JSONEncoder().encode(value)))
        _ = try await answer(request)
    }

    private static func answer(_ request: HTTPClientRequest) async throws -> Data {
        let response: HTTPClientResponse
        do {
            response = try await Network.ownClient.execute(request, timeout: patience)
        } catch {
            throw Failure(
                .unavailable, "nothing answers at \(request.url)",
                help: "Is it running? Is the address right?")
        }
        let body = Data(buffer: try await response.body.collect(upTo: maxByteCount))
        guard (200..<300).contains(response.status.code) else {
            if let problem = try? JSONDecoder().decode(Problem.self, from: body) {
                let advice = problem.status == 401 ? "Set WEB_TOKEN to what the dashboard asks for." : nil
                throw Failure(problem, by: request.url, advice: advice)
            }
            throw Failure(
                .unavailable, "\(request.url) answers with status \(response.status.code)",
                help: "Check the address, and what stands between here and there.")
        }
        return body
    }
}
