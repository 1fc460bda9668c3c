import Hummingbird
import RelayAPI

/// `POST /v1/messages`: takes an envelope; answers when it is on disk.
struct MessageRoutes: Sendable {
    let access: Access
    let exchange: Exchange
    let bodies: BodyReader

    func add(to router: Router<RelayContext>) {
        router.post("/v1/messages") { request, context in
            let sender = try await access.owner(of: request, context).address
            let message = try await bodies.json(ConditionalEnvelope.self, of: request)
            return try jsonResponse(
                try await exchange.accept(message.envelope, if: message.conditions, from: sender))
        }
    }
}
