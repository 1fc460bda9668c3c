import Foundation
import MaintenanceAPI
import RelayAPI
import SignalProtocol

/// Decisions about the keys of peers, with all that follows from them.
extension Transaction {
    /// Records the key that a message or a bundle came with. An unapproved key is reported once, as an incident.
    package mutating func note(
        _ key: PublicKey, of id: IdentityID, messageID: UUID? = nil
    ) throws -> PinnedIdentity.Observation {
        let observation = try peers.note(key, of: id)
        if observation == .unapproved(isNews: true) {
            let source = messageID == nil ? "the relay lists \(id)" : "a message of \(id) came"
            try incidents.append(
                "\(source) under an identity key that nobody has approved: what comes under it is held",
                peer: id.description, messageID: messageID)
        }
        return observation
    }

    /// Approves a key, as a person or an invitation decided. What is held under it is delivered in its order, as if it
    /// had come now; the key that was approved before is retired.
    ///
    /// - Returns: False if the key is not known, or does not replace one that a person approved by comparison.
    package mutating func approve(
        _ key: PublicKey, of id: IdentityID, by standing: KeyStanding
    ) throws -> Bool {
        guard try peers.approve(key, of: id, by: standing) else { return false }
        for message in try heldMessages.messages(of: id, under: key) {
            try inbox.append(message.content, messageID: message.id, from: message.sender, under: key)
            try history.append(message.content, messageID: message.id, .received, peer: id, under: key)
        }
        try heldMessages.remove(of: id, under: key)
        return true
    }

    /// Rejects a key for good. What is held under it and what the application has not dealt with is deleted, and so are
    /// the sessions; the history stays, marked.
    ///
    /// - Returns: False if the key is not known.
    package mutating func reject(_ key: PublicKey, of id: IdentityID) throws -> Bool {
        let devices = try peers.peer(id)?.keys.first { $0.key == key }?.devices ?? []
        for device in devices { try sessions.forget(DeviceAddress(id, device), under: key) }
        guard try peers.reject(key, of: id) else { return false }
        try heldMessages.remove(of: id, under: key)
        try inbox.removeAll(of: id, under: key)
        return true
    }

    /// Approves a key that its owner has told us otherwise than through the relay, as by an invitation. One that a person
    /// has compared stays.
    package mutating func pin(_ key: PublicKey, of id: IdentityID) throws -> Bool {
        _ = try peers.note(key, of: id)
        return try approve(key, of: id, by: .invitation)
    }
}
