import MaintenanceAPI
import Messenger
import Values

/// Tells a person of keys that wait for a decision.
enum HeldNotice {
    static func show(for messenger: Messenger) async throws {
        for text in try await texts(for: messenger) { Output.note(text) }
    }

    static func texts(for messenger: Messenger) async throws -> [String] {
        try await messenger.unapprovedKeys().map { key in
            let held = key.heldCount > 0 ? "; \(Quantity.count(key.heldCount, "message")) held" : ""
            return "Nobody has approved an identity key that came for \(key.peer)\(held). "
                + "See sysmaint inbox --held and sysmaint verify \(key.peer)."
        }
    }
}
