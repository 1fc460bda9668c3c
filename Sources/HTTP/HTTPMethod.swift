/// What a request asks for (RFC 9110, section 9). Case matters: `get` is not `GET`.
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

    /// Those that a server is asked for; others get 501 before anybody looks at the path.
    static let known: Set<HTTPMethod> = [.get, .head, .post, .put, .delete, .patch, .options, .trace, .query]

    /// Whether a request that may or may not have arrived can be sent again (RFC 9110, section 9.2.2).
    package var isIdempotent: Bool { self != .post && self != .patch }
}
