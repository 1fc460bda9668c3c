import HTTP
import HTTPEdge
import Networking
import Values

/// `GET /api/events`: events as they happen, as server-sent events.
struct EventRoutes: Sendable {
    let events: EventHub
    let gate: Gate

    func add(to router: inout Router) {
        router.get("/api/events", respond: open)
    }

    /// A script that opens a new stream cannot set `Last-Event-ID`, so `?after=` does the same.
    private func open(_ request: RoutedRequest) throws -> ServerResponse {
        guard events.subscriberCount < EventHub.maxSubscribers else {
            throw Problem(
                status: 503, code: .unavailable, title: "too many event streams are open",
                detail: "At most \(EventHub.maxSubscribers) are served; close some pages.", retryAfter: 10)
        }
        let login = gate.login(of: request.request)
        let after = request.fields["Last-Event-ID"] ?? request.query["after"]
        return ServerResponse(
            status: 200,
            fields: [
                "Content-Type": "text/event-stream", "Cache-Control": "no-store",
                // Tells proxies to hand events on as they come.
                "X-Accel-Buffering": "no",
            ],
            body: .stream { [events] writer in
                let subscription = try events.subscribe(after: after, login: login)
                defer { events.unsubscribe(subscription.number) }
                for await wire in subscription.stream { try await writer.write(Array(wire.utf8)) }
            })
    }
}
