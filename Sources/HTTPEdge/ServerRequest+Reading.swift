import Foundation
import HTTP
import Networking
import RelayAPI

extension ServerRequest {
    /// The body as JSON of the given shape.
    ///
    /// - Throws: `Problem` 413 or 400, or what `Value` itself throws on reading.
    package func json<Value: Decodable>(_ type: Value.Type, upTo maxByteCount: Int) async throws -> Value {
        let bytes = try await bytes(upTo: maxByteCount)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw Problem(error)
        }
    }

    /// - Throws: `Problem` 413.
    package func bytes(upTo maxByteCount: Int) async throws -> [UInt8] {
        do {
            return try await body.collect(upTo: maxByteCount)
        } catch is BodyTooLarge {
            throw Problem(
                status: 413, code: .bodyTooLarge, title: "the body is too large",
                detail: "At most \(maxByteCount) bytes are taken.")
        }
    }

    /// What `Authorization: Bearer …` shows; nil for anything else.
    package var bearerToken: String? {
        guard let value = fields["Authorization"], value.utf8.count <= 1024,
            let space = value.firstIndex(of: " "), value[..<space].lowercased() == "bearer"
        else { return nil }
        return value[space...].trimmingCharacters(in: .whitespaces)
    }
}

extension Query {
    /// A whole number of the query; nil where there is none.
    package func integer<Number: FixedWidthInteger>(
        _ name: String, in range: ClosedRange<Number> = .min ... .max
    ) throws(InvalidValue) -> Number? {
        guard let text = self[name] else { return nil }
        guard let value = Number(text), range.contains(value) else {
            throw InvalidValue(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}
