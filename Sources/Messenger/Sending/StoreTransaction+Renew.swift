import Foundation
import KeyStore
import RelayAPI
import SignalProtocol

extension StoreTransaction {
    /// Makes what waits for a peer right for the devices that it has now: a copy for each that has none, another
    /// encryption where a device was set up anew.
    mutating func renewOutbox(for peer: IdentityID) throws {
        let devices = try pinnedIdentity(of: peer.description)?.devices ?? []
        let addresses = try devices.map { DeviceAddress(peer, try DeviceID($0)) }
        var waiting: [DeviceAddress: [OutboxMessage]] = [:]
        for address in addresses {
            waiting[address] = try outgoing(to: ProtocolAddress(address), after: 0, limit: .max)
        }
        let all = waiting.values.joined().sorted { $0.position < $1.position }
        for address in addresses {
            let registrationID = try session(for: ProtocolAddress(address))?.remoteRegistrationID
            var present: Set<UUID> = []
            for message in waiting[address] ?? [] {
                present.insert(message.messageID)
                guard message.registrationID != registrationID else { continue }
                try encryptAgain(message, for: address)
            }
            for message in all where present.insert(message.messageID).inserted {
                try addCopy(of: message, for: address)
            }
        }
    }

    private mutating func encryptAgain(_ message: OutboxMessage, for device: DeviceAddress) throws {
        guard let content = message.content else {
            return try giveUp(message, cause: "\(device) was set up anew and cannot read it")
        }
        let old = try JSONDecoder().decode(Envelope.self, from: message.envelope)
        let sealed = try seal(content, as: message.messageID, old.class, for: device)
        try replace(
            message, with: JSONEncoder().encode(sealed.envelope), registrationID: sealed.registrationID)
    }

    private mutating func addCopy(of message: OutboxMessage, for device: DeviceAddress) throws {
        // A message that cannot be copied any more still reaches the devices that it was encrypted for.
        guard let content = message.content else { return }
        let original = try JSONDecoder().decode(Envelope.self, from: message.envelope)
        let sealed = try seal(content, as: message.messageID, original.class, for: device)
        let age = now.timeIntervalSince1970 - Double(original.timestamp) / 1000
        try enqueue(
            JSONEncoder().encode(sealed.envelope), of: content, messageID: message.messageID,
            to: ProtocolAddress(device), registrationID: sealed.registrationID, topic: nil,
            expiresAt: now.addingTimeInterval(original.class.lifetime - age))
    }
}
