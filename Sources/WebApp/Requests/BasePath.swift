import HTTP
import Networking

/// The path below which a reverse proxy serves the web, such as `/sysmaint`; empty if it serves nothing else.
///
/// The proxy may leave the path in its requests or take it off. Pages and scripts find each other by relative links, so only
/// redirects and cookies need to know it.
package struct BasePath: Hashable, Sendable {
    package static let root = BasePath()

    let path: String

    private init() { path = "" }

    /// Nil unless `text` is a path such as `/sysmaint` or `/tools/sysmaint`; slashes at its end do not count.
    package init?(_ text: String) {
        path = String(text.reversed().drop { $0 == "/" }.reversed())
        guard path.isEmpty || path.wholeMatch(of: #/(/[A-Za-z0-9._~-]+)+/#) != nil,
            !path.split(separator: "/").contains(where: { $0.allSatisfy { $0 == "." } })
        else { return nil }
    }

    /// The request as it would be without the proxy.
    func removed(from request: ServerRequest) -> ServerRequest {
        let target = request.head.target
        guard !path.isEmpty, target.hasPrefix(path) else { return request }
        let rest = target.dropFirst(path.count)
        return rest.hasPrefix("/") ? request.with(target: String(rest)) : request
    }

    /// Where the first page is for a request that lacks the slash at the end, from where relative links would lead elsewhere; nil
    /// for any other request.
    func firstPage(insteadOf request: ServerRequest) -> String? {
        let target = request.head.target
        guard !path.isEmpty, target.hasPrefix(path) else { return nil }
        let rest = target.dropFirst(path.count)
        return rest.isEmpty || rest.hasPrefix("?") ? "\(path)/\(rest)" : nil
    }
}
