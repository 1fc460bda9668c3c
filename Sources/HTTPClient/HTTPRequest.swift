import Foundation
import HTTP

package struct HTTPRequest: Sendable {
    static let maxRedirectCount = 5

    package var url: String
    package var method: HTTPMethod
    package var fields: HTTPFields
    package var body: Data?
    package var limits: TimeLimits

    package init(
        _ url: String, method: HTTPMethod = .get, fields: HTTPFields = [:], body: Data? = nil,
        limits: TimeLimits = TimeLimits()
    ) {
        (self.url, self.method, self.fields, self.body, self.limits) = (url, method, fields, body, limits)
    }

    /// How long each stage of an exchange may take.
    package struct TimeLimits: Sendable {
        /// Name, connection, proxy and TLS.
        package var connect = Duration.seconds(10)
        /// From the request to the head of the response.
        package var firstByte = Duration.seconds(60)
        /// Between two pieces of the body, while a reader waits for them.
        package var silence = Duration.seconds(60)
        package var total = Duration.seconds(600)

        package init() {}

        /// The same limit for each stage and for all of them.
        package init(total: Duration) {
            (connect, firstByte, silence, self.total) = (total, total, total, total)
        }
    }
}

extension HTTPRequest {
    /// The request that a redirect asks for; nil where the response is not one.
    ///
    /// Redirects are followed within the same scheme, host and port only: the request holds secrets that are meant for that server.
    ///
    /// - Throws: `.redirected` for another server.
    func redirected(by head: Transfer.Head) throws(HTTPError) -> HTTPRequest? {
        guard [301, 302, 303, 307, 308].contains(head.status), let location = head.fields["Location"] else {
            return nil
        }
        guard let here = WebAddress(url), let there = WebAddress(location, relativeTo: url),
            here.origin == there.origin
        else { throw .redirected(location) }
        var next = self
        next.url = there.text
        // A POST keeps its body where the server asks for that (307, 308); elsewhere clients have always sent a GET.
        if head.status == 303 || (head.status < 303 && method == .post) {
            next.method = method == .head ? .head : .get
            next.body = nil
            next.fields["Content-Type"] = nil
        }
        return next
    }
}
