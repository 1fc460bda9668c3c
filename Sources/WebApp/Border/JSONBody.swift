import Foundation
import HTTPTypes
import Hummingbird
import RelayAPI

/// Six bytes of JSON can stand for one byte of the longest text.
let maxJSONBodyByteCount = 128 * 1024

extension Request {
    /// The body as JSON of the given shape.
    ///
    /// - Throws: `Problem` 415, 413 or 400, or what `Value` itself throws on reading.
    func json<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        guard let mediaType = headers[.contentType]?.split(separator: ";").first,
            mediaType.trimmingCharacters(in: .whitespaces).lowercased() == "application/json"
        else {
            throw Problem(
                status: 415, code: .unsupportedMediaType, title: "the body must be JSON",
                detail: "Send it with Content-Type: application/json.")
        }
        return try Self.decode(type, from: await boundedBody())
    }

    /// As `json`, but an empty body stands for no value.
    func jsonIfPresent<Value: Decodable>(_ type: Value.Type) async throws -> Value? {
        if headers[.contentType] != nil { return try await json(type) }
        guard try await boundedBody().isEmpty else { return try await json(type) }
        return nil
    }

    private func boundedBody() async throws -> Data {
        var data = Data()
        for try await chunk in body {
            guard data.count + chunk.readableBytes <= maxJSONBodyByteCount else {
                throw Problem(
                    status: 413, code: .bodyTooLarge, title: "the body is too large",
                    detail: "At most \(maxJSONBodyByteCount) bytes are taken.")
            }
            data.append(contentsOf: chunk.readableBytesView)
        }
        return data
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw Problem(error)
        }
    }
}

extension Problem {
    /// Names the field that could not be read, never its content.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, _):
            self.init(InvalidValue(key.stringValue, "is missing"))
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(InvalidValue(context.codingPath.last?.stringValue ?? "body", "is of the wrong type"))
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(status: 400, code: .invalidJSON, title: "the body is not valid JSON")
        case .dataCorrupted(let context):
            self.init(InvalidValue(context.codingPath.last?.stringValue ?? "body", "is not valid"))
        @unknown default:
            self.init(status: 400, code: .invalidJSON, title: "the body is not valid JSON")
        }
    }
}
