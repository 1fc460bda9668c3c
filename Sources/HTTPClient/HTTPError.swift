/// Why there is no response, or not all of it.
package enum HTTPError: Error, Equatable, CustomStringConvertible {
    package enum Stage: String, Sendable { case connect, firstByte, silence, total }

    /// libcurl cannot be opened.
    case libraryMissing(String)
    case invalidURL(String)
    /// The name of the server, or of the proxy, is not known.
    case unknownHost(String)
    case cannotConnect(String)
    case untrustedCertificate(String)
    /// The certificate is trusted, but issued for another name.
    case certificateForOtherName(String)
    /// No agreement on TLS: another version, or no TLS at all.
    case tlsFailed(String)
    case timedOut(Stage)
    case proxyFailed(String)
    /// The server refers to another one, which gets neither the request nor its secrets.
    case redirected(String)
    case connectionLost(String)
    case tooLarge(Int)
    case cancelled
    case other(code: Int, String)

    package var description: String {
        switch self {
        case .libraryMissing(let reason):
            "libcurl, which requests to model servers need, cannot be opened (\(reason)); install the package libcurl4"
        case .invalidURL(let url): "\(url) is not a valid http or https URL"
        case .unknownHost(let text), .cannotConnect(let text), .tlsFailed(let text), .proxyFailed(let text):
            text
        case .untrustedCertificate(let text): "the server's certificate is not trusted: \(text)"
        case .certificateForOtherName(let text): "the server's certificate is for another name: \(text)"
        case .timedOut(.connect): "no connection in time"
        case .timedOut(.firstByte): "no response in time"
        case .timedOut(.silence): "the response stalled"
        case .timedOut(.total): "the response was not complete in time"
        case .redirected(let url): "the server redirects to \(url)"
        case .connectionLost(let text): "the connection was lost: \(text)"
        case .tooLarge(let limit): "the response has more than \(limit) bytes"
        case .cancelled: "cancelled"
        case .other(let code, let text): "\(text) (libcurl \(code))"
        }
    }
}
