import HTTPTypes
import Hummingbird
import RelayAPI
import ServiceLifecycle

/// `GET /api/events`: what happens, as server-sent events.
struct EventRoutes {
    let events: EventHub

    func add(to router: Router<BasicRequestContext>) {
        router.get("/api/events", use: open)
    }

    /// Where a script opens a new stream it cannot set `Last-Event-ID`, so `?after=` says the same.
    @Sendable
    private func open(_ request: Request, context: BasicRequestContext) async throws -> Response {
        guard events.subscriberCount < EventHub.maxSubscribers else {
            throw Problem(
                status: 503, code: .unavailable, title: "too many event streams are open",
                detail: "At most \(EventHub.maxSubscribers) are served; close some pages.", retryAfter: 10)
        }
        let after = request.headers[.lastEventID] ?? request.uri.queryParameters["after"].map(String.init)
        let events = events
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let subscription = try events.subscribe(after: after)
                let close: @Sendable () -> Void = { events.unsubscribe(subscription.number) }
                defer { close() }
                try await request.body.consumeWithInboundCloseHandler { _ in
                    try await withGracefulShutdownHandler {
                        for await wire in subscription.stream {
                            try await writer.write(ByteBuffer(string: wire))
                        }
                    } onGracefulShutdown: {
                        close()
                    }
                } onInboundClosed: {
                    close()
                }
                try await writer.finish(nil)
            })
    }
}
