import HTTPEdge
import RelayAPI

/// `POST /v1/messages`: accepts an envelope; answers once it is on disk.
struct MessageRoutes: Sendable {
    let access: Access
    let exchange: MessageExchange

    func add(to router: inout Router) {
        router.post("/v1/messages") { request in
            let sender = try await access.owner(of: request.request).address
            let message = try await request.json(ConditionalEnvelope.self)
            return try await exchange.accept(message.envelope, if: message.conditions, from: sender)
        }
    }
}
