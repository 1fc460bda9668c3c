import Foundation
import HTTP
import HTTPEdge
import Networking
import Values

/// Six bytes of JSON can encode one byte of the longest text.
let maxJSONBodyByteCount = 128 * 1024

extension RoutedRequest {
    /// Decodes the body, which must be labelled as JSON: a form on another site cannot set that label.
    ///
    /// - Throws: `Problem` 415, 413 or 400, and the errors of decoding `Value`.
    func labelledJSON<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        guard let mediaType = self.fields["Content-Type"]?.split(separator: ";").first,
            mediaType.trimmingCharacters(in: .whitespaces).lowercased() == "application/json"
        else { throw Self.notJSON }
        return try await json(type)
    }

    /// Like `labelledJSON`, but returns nil for an empty body without a label.
    func labelledJSONIfPresent<Value: Decodable>(_ type: Value.Type) async throws -> Value? {
        if self.fields["Content-Type"] != nil { return try await labelledJSON(type) }
        guard try await boundedBody().isEmpty else { throw Self.notJSON }
        return nil
    }

    private static let notJSON = Problem(
        status: 415, code: .unsupportedMediaType, title: "the body must be JSON",
        detail: "Send it with Content-Type: application/json.")
}
