import Foundation
import HTTP
import Networking
import RelayAPI

/// The origins by which this relay is reached: those that its operator names, and those it knows by itself.
///
/// A registration must be signed for one of them. What a request says of itself (`Host`, `Forwarded`) is no evidence: a
/// relay that passes on the registrations of others can say the same.
struct OwnNames: Sendable {
    private let published: Set<RelayOrigin>
    private let hostName: String

    init(published: Set<RelayOrigin>, hostName: String = ProcessInfo.processInfo.hostName) {
        self.published = published
        self.hostName = hostName.lowercased()
    }

    /// Whether a client that dialled `origin` has reached this relay with `request`.
    func include(_ origin: RelayOrigin, for request: ServerRequest) -> Bool {
        if published.contains(origin) { return true }
        // Beyond this, what a proxy passes on may have been dialled anywhere.
        guard !request.isForwarded, origin.port == request.localPort, origin.isSecure == request.isSecure
        else {
            return false
        }
        // A loopback connection comes from this machine, where its address means the same.
        if request.isLocal { return origin.host == request.localAddress || origin.host == "localhost" }
        return published.isEmpty && (origin.host == request.localAddress || origin.host == hostName)
    }
}

extension ServerRequest {
    /// Whether a proxy declares that it forwards the request for a client.
    fileprivate var isForwarded: Bool {
        ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"].contains {
            fields[$0] != nil
        }
    }
}
