import Foundation
import HTTP
import Networking
import Values

extension ServerResponse {
    /// A JSON response that must not be cached.
    package init(json value: some Encodable, status: Int = 200) throws {
        self.init(
            status: status, fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
            body: .bytes(Array(try encodeJSON(value))))
    }

    package static let noContent = ServerResponse(status: 204)
}

extension Problem {
    /// The problem as a response; if it cannot be encoded, only its status.
    package var response: ServerResponse {
        var response = (try? ServerResponse(json: self, status: status)) ?? ServerResponse(status: status)
        response.fields["Content-Type"] = Self.mediaType
        if let retryAfter { response.fields["Retry-After"] = String(retryAfter) }
        // RFC 9110, section 11.6.1: a 401 states how to authenticate.
        if status == 401 { response.fields["WWW-Authenticate"] = "Bearer" }
        return response
    }

    /// The problem for a malformed request.
    init(_ failure: HTTPFailure) {
        self.init(
            status: failure.status, code: failure.status == 413 ? .bodyTooLarge : .invalidRequest,
            title: "the request cannot be processed", detail: failure.reason)
    }

    package static func bodyTooLarge(_ maxByteCount: Int) -> Problem {
        Problem(
            status: 413, code: .bodyTooLarge, title: "the body is too large",
            detail: "At most \(maxByteCount) bytes are accepted.")
    }

    /// Too many requests; retry after `wait`.
    package static func rateLimited(_ wait: Duration) -> Problem {
        let seconds = max(1, Int(wait.seconds.rounded(.up)))
        return Problem(
            status: 429, code: .rateLimited, title: "too many requests",
            detail: "Try again in \(seconds) s.", retryAfter: seconds)
    }

    package init(_ error: InvalidValue) {
        self.init(
            status: 400, code: .invalidRequest, title: "the request is not valid", detail: error.description)
    }

    /// The problem for a decoding error: it names the field, never its content.
    package init(decoding error: any Error) {
        if let problem = error as? Problem {
            self = problem
        } else if let value = error as? InvalidValue ?? (error as? DecodingError).flatMap(InvalidValue.init) {
            self.init(value)
        } else if let ambiguous = error as? AmbiguousJSON {
            self.init(
                status: 400, code: .invalidJSON, title: "the body is not valid JSON",
                detail: ambiguous.description)
        } else {
            self.init(status: 400, code: .invalidJSON, title: "the body is not valid JSON")
        }
    }
}
