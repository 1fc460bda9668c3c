import MaintenanceAPI
import Messenger

/// Tells a person of keys that wait for a decision.
enum HeldNotice {
    static func show(for messenger: Messenger) async throws {
        for key in try await messenger.unapprovedKeys() {
            let held = key.heldCount > 0 ? "; \(Quantity.count(key.heldCount, "message")) held" : ""
            Output.note(
                "Nobody has approved an identity key that came for \(key.peer)\(held). "
                    + "See sysmaint inbox --held and sysmaint verify \(key.peer).")
        }
    }
}
