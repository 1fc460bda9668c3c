import Foundation
import MaintenanceAPI
import RelayAPI

/// A message on its way out, before it is encrypted.
struct OutgoingMessage: Sendable {
    let id: UUID
    let peer: IdentityID
    let message: TypedMessage
    let deliveryClass: DeliveryClass

    /// Of waiting messages of class `latest` the newest of a kind replaces the others.
    var topic: String? { deliveryClass == .latest ? message.payload.kind.rawValue : nil }
}

extension DeliveryClass {
    /// How long a message is worth sending. What is durable is tried as long as a relay would keep it.
    var lifetime: TimeInterval {
        switch self {
        case .durable: 30 * 24 * 60 * 60
        case .latest: 10 * 60
        case .online: 60
        }
    }
}

extension Payload.Kind {
    /// Whether messages of this kind stay in the history.
    var isConversation: Bool {
        switch self {
        case .chatPrompt, .chatReply, .userChat: true
        case .chatProgress, .chatCancel, .telemetryReport, .telemetryAck, .ping, .pong, .receipt: false
        }
    }
}
