import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import RelayAPI

/// Looks at what a part of the system says of itself over HTTP.
enum Peek {
    static let patience = TimeAmount.seconds(5)
    static let maxByteCount = 4 * 1024 * 1024

    static func get<Value: Decodable>(_ url: String, as type: Value.Type) async throws -> Value {
        let response: HTTPClientResponse
        do {
            response = try await Network.client.execute(HTTPClientRequest(url: url), timeout: patience)
        } catch {
            throw Failure(
                .unavailable, "nothing answers at \(url)", help: "Is it running? Is the address right?")
        }
        let body = Data(buffer: try await response.body.collect(upTo: maxByteCount))
        guard response.status == .ok else {
            if let problem = try? JSONDecoder().decode(Problem.self, from: body) { throw problem }
            throw Failure(.unavailable, "\(url) answers with status \(response.status.code)")
        }
        do {
            return try JSONDecoder().decode(type, from: body)
        } catch {
            throw Failure(
                .unavailable, "what answers at \(url) is not SysMaint, or another version",
                help: "Check the address.")
        }
    }
}
