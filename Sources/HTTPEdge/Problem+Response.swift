import Foundation
import HTTP
import Networking
import RelayAPI

extension Problem {
    /// What the client sent is not what the endpoint takes.
    package init(_ error: InvalidValue) {
        self.init(
            status: 400, code: .invalidRequest, title: "the request is not valid", detail: error.description)
    }

    /// Names the field that could not be read, never its content.
    package init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, _): self.init(InvalidValue(key.stringValue, "is missing"))
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(InvalidValue(context.codingPath.last?.stringValue ?? "body", "is of the wrong type"))
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            self.init(InvalidValue(context.codingPath.last?.stringValue ?? "body", "is not valid"))
        default: self.init(status: 400, code: .invalidJSON, title: "the body is not valid JSON")
        }
    }

    /// What a client may know of an error as it stands; nil for one that is the server's own.
    package init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as InvalidValue: self.init(error)
        case let error as DecodingError: self.init(error)
        default: return nil
        }
    }

    /// The problem as an answer; where it cannot be written down, its status alone.
    package var response: ServerResponse {
        var response =
            (try? ServerResponse.json(self, status: status)) ?? ServerResponse(status: status)
        response.fields["Content-Type"] = Self.mediaType
        if let retryAfter { response.fields["Retry-After"] = String(retryAfter) }
        if status == 401 { response.fields["WWW-Authenticate"] = "Bearer" }
        return response
    }
}

extension ServerResponse {
    /// A value as a JSON answer that no cache keeps.
    package static func json(_ value: some Encodable, status: Int = 200) throws -> ServerResponse {
        ServerResponse(
            status: status, fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(Array(try encodeJSON(value))))
    }
}
