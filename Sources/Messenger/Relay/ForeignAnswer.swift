import HTTP
import Networking

/// A refusal without the server's own description: it comes from something in front of the server, most likely a proxy.
package struct ForeignAnswer: CustomStringConvertible {
    private let status: Int
    private let sender: String?
    private let location: String?

    package init(_ response: ClientResponse) {
        status = response.status
        sender = response.fields["Server"].map(Self.shown)
        location = response.fields["Location"].map(Self.shown)
    }

    /// Whether an answer that should be JSON is a page for people.
    package static func isWebPage(_ body: some Sequence<UInt8>) -> Bool {
        body.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "<")
    }

    package var description: String {
        let name = sender.map { " (\($0))" } ?? ""
        return "status \(status), which a proxy\(name) on the way has most likely given: \(advice)"
    }

    private var advice: String {
        switch status {
        case 300..<400:
            location.map {
                "it redirects to \($0), which is not followed; set the URL to the address that answers"
            }
                ?? "redirects are not followed; set the URL to the address that answers"
        case 401, 403, 407: "it requires a login of its own"
        case 404: "it does not pass this path on; check the path in the URL, and what the proxy does with it"
        case 405: "it does not pass this method on"
        case 408, 504: "the server behind it did not answer in time"
        case 413: "it takes only smaller bodies; let it pass on 256 KiB (client_max_body_size of nginx)"
        case 426, 400: "it does not pass on WebSockets, perhaps; let it pass on Upgrade and Connection"
        case 429: "it limits the rate of requests"
        case 502, 503: "it does not reach the server behind it; check that the server is running"
        default: "check the address, and any proxy in between"
        }
    }

    /// At most 100 printable characters.
    private static func shown(_ text: String) -> String {
        String(
            decoding: text.utf8.prefix(100).map { 0x20...0x7E ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
