import Hummingbird
import NIOCore
import RelayAPI

/// What operators and the probe ask: no token, and nothing about who writes to whom.
struct ObservationRoutes: Sendable {
    let observer: RelayObserver
    let bodies: BodyReader

    func add(to router: Router<RelayContext>) {
        router.get("/health") { _, _ in try jsonResponse(observer.health) }
        router.get("/ready") { _, _ in try jsonResponse(try await observer.readiness()) }
        router.get("/diagnostics") { _, _ in try jsonResponse(try await observer.diagnostics()) }
        router.post("/diagnostics/metrics") { request, _ in
            observer.host(try await bodies.json(HostMetrics.self, of: request))
            return Response(status: .noContent)
        }
        router.get("/metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: try await observer.exposition())))
        }
    }
}
