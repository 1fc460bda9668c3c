import Foundation
import HTTP
import HTTPEdge
import Networking
import RelayAPI

/// Six bytes of JSON can stand for one byte of the longest text.
let maxJSONBodyByteCount = 128 * 1024

extension RoutedRequest {
    /// The body, which must say that it is JSON: a form of another site cannot.
    ///
    /// - Throws: `Problem` 415, 413 or 400, or what `Value` itself throws on reading.
    func labelledJSON<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        guard let mediaType = self.fields["Content-Type"]?.split(separator: ";").first,
            mediaType.trimmingCharacters(in: .whitespaces).lowercased() == "application/json"
        else { throw Self.notJSON }
        return try await json(type)
    }

    /// As `labelledJSON`, but an empty body without a label stands for no value.
    func labelledJSONIfPresent<Value: Decodable>(_ type: Value.Type) async throws -> Value? {
        if self.fields["Content-Type"] != nil { return try await labelledJSON(type) }
        guard try await boundedBody().isEmpty else { throw Self.notJSON }
        return nil
    }

    private static let notJSON = Problem(
        status: 415, code: .unsupportedMediaType, title: "the body must be JSON",
        detail: "Send it with Content-Type: application/json.")
}
