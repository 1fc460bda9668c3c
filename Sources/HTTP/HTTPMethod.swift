/// The method of a request (RFC 9110, section 9). Case-sensitive: `get` is not `GET`.
package struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package static let get = HTTPMethod(rawValue: "GET")
    package static let head = HTTPMethod(rawValue: "HEAD")
    package static let post = HTTPMethod(rawValue: "POST")
    package static let put = HTTPMethod(rawValue: "PUT")
    package static let delete = HTTPMethod(rawValue: "DELETE")
    package static let patch = HTTPMethod(rawValue: "PATCH")
    package static let options = HTTPMethod(rawValue: "OPTIONS")
    package static let trace = HTTPMethod(rawValue: "TRACE")
    package static let query = HTTPMethod(rawValue: "QUERY")

    /// The methods that are routed; others get 501 before the path is looked at.
    static let known: Set<HTTPMethod> = [.get, .head, .post, .put, .delete, .patch, .options, .trace, .query]

    /// Whether a request can be sent again if it is unknown whether it arrived (RFC 9110, section 9.2.2).
    package var isIdempotent: Bool { self != .post && self != .patch }
}
