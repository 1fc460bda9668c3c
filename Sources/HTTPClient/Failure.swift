extension HTTPClient {
    /// Why there is no answer, or not all of it. Holds nothing of the request, which may be secret.
    package enum Failure: Error, Hashable, Sendable {
        /// What the exchange was waiting for when its time was over.
        package enum Stage: Hashable, Sendable { case connection, firstByte, nextPiece, end }

        /// libcurl is not installed, or too old; with the system's words.
        case libraryMissing(String)
        case invalidURL
        /// A value of the field of this name would not be one line.
        case invalidField(String)
        /// The file of certificate authorities cannot be read, or holds none.
        case invalidAuthorities(String)
        case unknownHost(String)
        case refused(String)
        case certificateNotTrusted(String)
        /// The certificate is trusted, but made out to another name.
        case certificateForOthers(String)
        /// No TLS, or no version of it that both sides accept.
        case noTLS(String)
        case timedOut(Stage)
        case proxy(String)
        /// To another server, which must not see the request; with its scheme, host and port.
        case redirected(String)
        /// The connection ended before the answer did.
        case brokenOff(String)
        case invalidAnswer(String)
        /// The answer has more than so many bytes.
        case tooLarge(Int)
        case cancelled
        case other(String)
    }
}

extension HTTPClient.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .libraryMissing(let text):
            "libcurl cannot be opened (\(text)); install the package libcurl4: apt install libcurl4"
        case .invalidURL: "the URL is not a valid http or https URL"
        case .invalidField(let name): "the value of the header field \(name) is not valid"
        case .invalidAuthorities(let text): "the certificate authorities cannot be read: \(text)"
        case .unknownHost(let text): "the host is not known: \(text)"
        case .refused(let text): "no connection: \(text)"
        case .certificateNotTrusted(let text): "the certificate is not trusted: \(text)"
        case .certificateForOthers(let text): "the certificate is for another name: \(text)"
        case .noTLS(let text): "no agreement on TLS: \(text)"
        case .timedOut(.connection): "no connection in time"
        case .timedOut(.firstByte): "no answer in time"
        case .timedOut(.nextPiece): "the answer stopped in the middle"
        case .timedOut(.end): "the answer was not complete in time"
        case .proxy(let text): "the proxy does not connect: \(text)"
        case .redirected(let origin): "the server redirects to another one, \(origin)"
        case .brokenOff(let text): "the connection was closed before the end of the answer: \(text)"
        case .invalidAnswer(let text): "the answer is not valid HTTP: \(text)"
        case .tooLarge(let limit): "the answer has more than \(limit) bytes"
        case .cancelled: "the request was cancelled"
        case .other(let text): text
        }
    }
}
