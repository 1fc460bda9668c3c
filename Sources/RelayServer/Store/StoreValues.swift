import Foundation
import RelayAPI

/// A device as the relay knows it.
package struct RegisteredDevice: Hashable, Sendable {
    package let address: DeviceAddress
    package let registrationID: UInt32
    /// Wire form, 33 bytes; one for all devices of an identity.
    package let identityKey: [UInt8]
    /// Milliseconds since 1970, when it registered first.
    package let registeredAt: Int64
}

/// A message as it waits in its device's queue, ready to be sent.
package struct QueuedMessage: Hashable, Sendable {
    /// Its number in the queue of its device.
    package let sequence: Int64
    package let messageID: UUID
    /// The envelope as a protocol buffer.
    package let envelope: Data
}

/// Which messages of a queue to read.
package enum QueuePart: Hashable, Sendable {
    /// In order, above a sequence.
    case regular(after: Int64)
    /// Those that were set aside because sockets kept breaking over them.
    case setAside
}

/// A bundle that was taken, and what is left.
package struct TakenBundle: Hashable, Sendable {
    package let bundle: DeviceBundle
    package let left: PreKeyCounts
}

/// What is kept in all.
package struct StoreTotals: Hashable, Sendable {
    package let users, devices, oneTimePreKeys, queuedMessages, queuedBytes, setAsideMessages: Int
}

/// What the store's engine has done and takes.
package struct StoreFigures: Sendable {
    package var commitBatches = 0
    package var commitWrites = 0
    package var failedBatches = 0
    package var batchSizes = Histogram(bounds: [])
    package var logBytes = 0
}

/// Why the store did not do as asked. Nothing was changed.
package enum StoreError: Error, Hashable, Sendable {
    case identityTaken
    /// The sender's device was removed while it was connected.
    case unknownSender
    case unknownRecipient
    /// The sender was wrong about something.
    case conditionFailed(Problem)
    /// The sender named a message before this one that was not accepted.
    case predecessorMissing
    case queueFull
    case messageIDConflict
    case preKeyIDReused(UInt32)
    /// The database does not work; the reason is for the log.
    case unavailable(String)
}
