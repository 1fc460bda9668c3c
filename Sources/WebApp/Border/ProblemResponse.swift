import Foundation
import Hummingbird
import RelayAPI

extension Problem.Code {
    static let hostNotAllowed: Self = "host_not_allowed"
    static let crossOrigin: Self = "cross_origin"
    static let unsupportedMediaType: Self = "unsupported_media_type"
    static let unknownUser: Self = "unknown_user"
    static let requestIDConflict: Self = "request_id_conflict"
    static let chatTimeout: Self = "chat_timeout"
    static let deliveryFailed: Self = "delivery_failed"
    static let loginRequired: Self = "login_required"
    static let wrongToken: Self = "wrong_token"
}

extension Problem {
    /// What the client sent is not what the endpoint takes.
    init(_ error: InvalidValue) {
        self.init(
            status: 400, code: .invalidRequest, title: "the request is not valid", detail: error.description)
    }

    /// The problem as an answer; where it cannot be written down, its status alone.
    var response: Response {
        var response =
            (try? jsonResponse(self, status: .init(code: status))) ?? Response(status: .init(code: status))
        response.headers[.contentType] = Self.mediaType
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }
}

/// A value as a JSON answer that no cache keeps.
func jsonResponse(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    Response(
        status: status,
        headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encodeJSON(value))))
}
