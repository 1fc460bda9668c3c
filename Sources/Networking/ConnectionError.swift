import CEvent
import Glibc

/// The reason why a request failed or its response could not be read.
package enum ConnectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The stage that timed out.
    package enum Stage: Hashable, Sendable {
        case connecting
        case securing
        case answering
    }

    case unknownHost(String)
    /// Nothing is listening on the port.
    case refused(Endpoint)
    /// The host cannot be reached.
    case unreachable(Endpoint, reason: String)
    case certificateNotTrusted(Endpoint, reason: String)
    /// The certificate is for another name.
    case certificateForOthers(Endpoint)
    /// The server does not speak TLS, or no supported version.
    case noTLS(Endpoint, reason: String)
    case timedOut(Stage, Endpoint)
    case brokenOff(Endpoint)
    case invalidAnswer(reason: String)

    package var description: String {
        switch self {
        case .unknownHost(let host): "the name \(host) is not known"
        case .refused(let endpoint): "nothing listens at \(endpoint.place)"
        case .unreachable(let endpoint, let reason): "no connection to \(endpoint.place): \(reason)"
        case .certificateNotTrusted(let endpoint, let reason):
            "the certificate of \(endpoint.host) is not trusted here: \(reason)"
        case .certificateForOthers(let endpoint):
            "the certificate of \(endpoint.place) is not made out to this name"
        case .noTLS(let endpoint, let reason): "no TLS connection to \(endpoint.place): \(reason)"
        case .timedOut(.connecting, let endpoint): "no connection to \(endpoint.place) in time"
        case .timedOut(.securing, let endpoint): "\(endpoint.place) did not finish the TLS handshake in time"
        case .timedOut(.answering, let endpoint): "\(endpoint.place) did not answer in time"
        case .brokenOff(let endpoint): "the connection to \(endpoint.place) broke off"
        case .invalidAnswer(let reason): "the answer is not HTTP as it should be: \(reason)"
        }
    }

    init(connecting code: Int32, _ endpoint: Endpoint) {
        self =
            switch code {
            case ECONNREFUSED: .refused(endpoint)
            case ETIMEDOUT: .timedOut(.connecting, endpoint)
            default: .unreachable(endpoint, reason: String(cString: strerror(code)))
            }
    }

    init(securing end: StreamEnd, _ endpoint: Endpoint) {
        self =
            switch end {
            case .untrusted(Int(X509_V_ERR_HOSTNAME_MISMATCH)),
                .untrusted(Int(X509_V_ERR_IP_ADDRESS_MISMATCH)):
                .certificateForOthers(endpoint)
            case .untrusted(let code):
                .certificateNotTrusted(endpoint, reason: String(cString: X509_verify_cert_error_string(code)))
            case .tlsFailed(let reason): .noTLS(endpoint, reason: reason)
            case .stalled: .timedOut(.securing, endpoint)
            case .finished, .failed:
                .noTLS(endpoint, reason: "the connection was closed during the handshake")
            }
    }
}

extension Endpoint {
    /// Host and port in human-readable form.
    fileprivate var place: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
