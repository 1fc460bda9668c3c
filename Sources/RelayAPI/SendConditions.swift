import Foundation

/// What a sender believes when it sends. Where it is wrong, the relay refuses the message and says what is so.
///
/// On a socket the fields stand in the `send` frame, over HTTP beside those of the envelope. All may be absent.
package struct SendConditions: Hashable, Sendable, Codable {
    package static let none = SendConditions()

    /// A message of this sender to the same device that the relay has accepted before, however that came to it.
    ///
    /// So a sender need not wait for one answer before it sends the next message: when one is refused, all that were sent
    /// behind it are too, and their order is kept. Refused with `predecessor_missing`.
    package var after: UUID?
    /// The registration id of the device that the body is encrypted for. Refused with `stale_devices`.
    package var registrationId: UInt32?
    /// All devices of the recipient that the sender knows, itself left out. Refused with `device_mismatch`.
    package var devices: [DeviceID]?

    package init(after: UUID? = nil, registrationId: UInt32? = nil, devices: [DeviceID]? = nil) {
        self.after = after
        self.registrationId = registrationId
        self.devices = devices
    }

    package var concernDevices: Bool { registrationId != nil || devices != nil }

    /// What is wrong with the devices that the sender of a message to `recipient` believes in, if anything, where
    /// `registrationIDs` are those that there are.
    package func deviceProblem(
        from sender: DeviceAddress, to recipient: DeviceAddress,
        registrationIDs: [DeviceID: UInt32]
    ) -> Problem? {
        if let devices {
            var actual = Set(registrationIDs.keys)
            if sender.identity == recipient.identity { actual.remove(sender.device) }
            let missing = actual.subtracting(devices)
            let extra = Set(devices).subtracting(actual)
            guard missing.isEmpty, extra.isEmpty else {
                return Problem(
                    status: 409, code: .deviceMismatch, title: "the recipient has other devices",
                    detail: "Fetch the bundle of \(recipient.identity) and send to every device in it.",
                    devices: DeviceProblem(missing: missing.sorted(), extra: extra.sorted()))
            }
        }
        if let registrationId, let actual = registrationIDs[recipient.device], actual != registrationId {
            return Problem(
                status: 410, code: .staleDevices, title: "the recipient's device was set up anew",
                detail:
                    "Fetch the bundle of \(recipient.identity) and begin a new session with \(recipient).",
                devices: DeviceProblem(stale: [recipient.device]))
        }
        return nil
    }
}

/// Which devices a sender is wrong about.
package struct DeviceProblem: Hashable, Sendable, Codable {
    /// They get no copy and should.
    package let missing: [DeviceID]
    /// They do not exist any more.
    package let extra: [DeviceID]
    /// They were set up anew; what is encrypted for the old ones is of no use to them.
    package let stale: [DeviceID]

    package init(missing: [DeviceID] = [], extra: [DeviceID] = [], stale: [DeviceID] = []) {
        self.missing = missing
        self.extra = extra
        self.stale = stale
    }
}
