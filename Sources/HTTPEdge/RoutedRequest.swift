import Cryptography
import Foundation
import HTTP
import Networking
import Values

/// A request for a route: with the values of its path's placeholders, and a body within the server's limit.
@dynamicMemberLookup
package struct RoutedRequest: Sendable {
    package let request: ServerRequest
    let parameters: [String: String]
    let maxBodyByteCount: Int

    /// Forwards to the request: `fields`, `query`, `remoteAddress`, …
    package subscript<Value>(dynamicMember member: KeyPath<ServerRequest, Value>) -> Value {
        request[keyPath: member]
    }

    /// - Precondition: The route's path has this placeholder.
    package func parameter(_ name: String) -> String {
        guard let value = parameters[name] else { preconditionFailure("the path has no placeholder \(name)") }
        return value
    }

    /// Decodes the body as JSON.
    ///
    /// - Throws: `Problem` 413 or 400.
    package func json<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        let bytes = try await boundedBody()
        do {
            return try decodeStrictJSON(type, from: bytes)
        } catch {
            throw Problem(decoding: error)
        }
    }

    /// The whole body.
    ///
    /// - Throws: `Problem` 413.
    package func boundedBody() async throws -> [UInt8] {
        do {
            return try await request.body.collect(upTo: maxBodyByteCount)
        } catch is BodyTooLarge {
            throw Problem.bodyTooLarge(maxBodyByteCount)
        }
    }
}

extension ServerRequest {
    /// The token in `Authorization: Bearer …`; nil if it is missing, malformed or far too long.
    package var bearerToken: SecretText? { BearerToken.text(in: fields["Authorization"]) }
}

/// `Authorization: Bearer …` (RFC 6750, section 2.1).
enum BearerToken {
    /// Far above the length of our tokens.
    private static let maxFieldByteCount = 4096

    static func text(in field: String?) -> SecretText? {
        guard let field, field.utf8.count <= maxFieldByteCount, let space = field.firstIndex(of: " "),
            field[..<space].lowercased() == "bearer"
        else { return nil }
        let token = field[space...].trimmingCharacters(in: .whitespaces)
        return token.isEmpty ? nil : SecretText(token)
    }
}
