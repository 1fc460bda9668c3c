import Cryptography
import HTTP
import HTTPEdge
import Networking
import RelayAPI

/// Endpoints for operators and the probe: reading needs no token, and tells nothing about who writes to whom.
struct ObservationRoutes: Sendable {
    let observer: RelayObserver
    let access: Access
    /// Of the diagnostics worker.
    let token: SecretText?

    func add(to router: inout Router) {
        router.get("/health") { _ in observer.health }
        router.get("/ready") { _ in try await observer.readiness() }
        router.get("/diagnostics") { _ in try await observer.diagnostics() }
        router.post(
            "/diagnostics/metrics",
            respond: { request in
                try access.check(request.request, has: token)
                observer.host(try await request.json(HostMetrics.self).checked())
                return .noContent
            })
        router.get(
            "/metrics",
            respond: { _ in
                ServerResponse(
                    status: 200, fields: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
                    body: .bytes(Array(try await observer.exposition().utf8)))
            })
    }
}
