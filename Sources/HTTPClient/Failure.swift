extension HTTPClient {
    /// The reason for a missing or incomplete response. Contains nothing of the request, which may be secret.
    package enum Failure: Error, Hashable, Sendable {
        /// The stage of an exchange that timed out.
        package enum Stage: Hashable, Sendable { case connection, firstByte, nextPiece, end }

        /// libcurl is not installed, or too old; with the system's message.
        case libraryMissing(String)
        case invalidURL
        /// The value of the field with this name contains a line break.
        case invalidField(String)
        /// The file of certificate authorities cannot be read, or contains none.
        case invalidAuthorities(String)
        case unknownHost(String)
        case refused(String)
        case certificateNotTrusted(String)
        /// The certificate is trusted, but for another name.
        case certificateForOthers(String)
        /// No TLS, or no version supported by both sides.
        case noTLS(String)
        case timedOut(Stage)
        case proxy(String)
        /// Redirected to another server, which must not see the request; with its scheme, host and port.
        case redirected(String)
        /// The connection ended before the response was complete.
        case brokenOff(String)
        case invalidAnswer(String)
        /// The response exceeds this number of bytes.
        case tooLarge(Int)
        case cancelled
        case other(String)
    }
}

extension HTTPClient.Failure: CustomStringConvertible {
    package var description: String { detail.map { "\(summary): \($0)" } ?? summary }

    /// Without libcurl's message, which may contain hosts and addresses.
    package var summary: String {
        switch self {
        case .libraryMissing: "libcurl cannot be opened; install the package libcurl4 (apt install libcurl4)"
        case .invalidURL: "the URL is not a valid http or https URL"
        case .invalidField(let name): "the value of the header field \(name) is not valid"
        case .invalidAuthorities: "the certificate authorities cannot be read"
        case .unknownHost: "the host is not known"
        case .refused: "it does not accept the connection"
        case .certificateNotTrusted: "the certificate is not trusted"
        case .certificateForOthers: "the certificate is for another name"
        case .noTLS: "no agreement on TLS"
        case .timedOut(.connection): "no connection in time"
        case .timedOut(.firstByte): "no answer in time"
        case .timedOut(.nextPiece): "the answer stopped in the middle"
        case .timedOut(.end): "the answer was not complete in time"
        case .proxy: "the proxy does not connect"
        case .redirected: "the server redirects to another one"
        case .brokenOff: "the connection was closed before the end of the answer"
        case .invalidAnswer: "the answer is not valid HTTP"
        case .tooLarge(let limit): "the answer has more than \(limit) bytes"
        case .cancelled: "the request was cancelled"
        case .other: "the request failed"
        }
    }

    private var detail: String? {
        switch self {
        case .libraryMissing(let text), .invalidAuthorities(let text), .unknownHost(let text),
            .refused(let text), .certificateNotTrusted(let text), .certificateForOthers(let text),
            .noTLS(let text), .proxy(let text), .redirected(let text), .brokenOff(let text),
            .invalidAnswer(let text), .other(let text):
            text
        case .invalidURL, .invalidField, .timedOut, .tooLarge, .cancelled: nil
        }
    }
}
