import Foundation
import RelayAPI

/// A device as the relay knows it.
package struct RegisteredDevice: Hashable, Sendable {
    package let address: DeviceAddress
    package let registrationID: UInt32
    /// Wire form, 33 bytes; one for all devices of an identity.
    package let identityKey: [UInt8]
}

/// An envelope as it waits in its device's queue, ready to be sent.
package struct QueuedMessage: Hashable, Sendable {
    package let sequence: Int64
    package let messageID: UUID
    /// The envelope's JSON text.
    package let envelope: Data
}

/// What is kept in all.
package struct StoreTotals: Hashable, Sendable {
    package let users, devices, oneTimePreKeys, queuedMessages, queuedBytes: Int
}

/// Why the store did not do as asked. Nothing was changed.
package enum StoreError: Error, Hashable, Sendable {
    case identityTaken
    case unknownRecipient
    case queueFull
    case messageIDConflict
    case predecessorMissing
    case preKeyIDReused(UInt32)
    /// The database does not work; the reason is for the log.
    case unavailable(String)
}
