import RelayAPI

/// Limits on the size and age of queues.
package struct QueueLimits: Sendable {
    /// Of one device's queue.
    package var maxMessageCount = 10_000
    package var maxByteCount = 64 * 1024 * 1024
    /// Of the queues of all devices of an account together.
    package var maxAccountMessageCount = 40_000
    package var maxAccountByteCount = 256 * 1024 * 1024
    /// Of one sending account in one device's queue: no single account can fill a queue.
    package var maxShareMessageCount = 2_500
    package var maxShareByteCount = 16 * 1024 * 1024
    /// Of one sending account in all queues together: no single account can fill the disk.
    package var maxSenderMessageCount = 100_000
    package var maxSenderByteCount = 256 * 1024 * 1024
    package var durableLifetime = Duration.seconds(30 * 24 * 3600)
    package var latestLifetime = Duration.seconds(600)
    /// Maximum number of waiting `latest` messages per sender and device.
    package var maxLatestCount = 5
    /// Number of socket failures over the same message after which it is set aside.
    package var maxFailureCount = 20
    package var acceptedIDs = AcceptedIDLimits()

    package init() {}
}

/// How long accepted ids are remembered, so that a repeated message is harmless.
///
/// A sender that sends much has its newer ids remembered for a shorter time: this bounds what the relay keeps for an
/// account, whatever its rate.
package struct AcceptedIDLimits: Sendable {
    /// Longer than any sender retries.
    package var lifetime = Duration.seconds(35 * 24 * 3600)
    /// For messages of class `latest`, and for the ids of a sender beyond half of `maxCount`.
    package var shortLifetime = Duration.seconds(3600)
    /// For the ids of a sender beyond `maxCount`: longer than an answer takes that is still waited for.
    package var minLifetime = Duration.seconds(120)
    package var maxCount = 100_000

    package init() {}

    /// How long the next id is remembered of a sender that has `count` ids remembered.
    func lifetime(of class: DeliveryClass, after count: Int) -> Duration {
        switch count {
        case maxCount...: minLifetime
        case _ where `class` != .durable || count >= maxCount / 2: shortLifetime
        default: lifetime
        }
    }
}

/// Limits on what one account may register.
package struct AccountLimits: Sendable {
    package var maxDeviceCount = 32
    /// One-time prekeys stored for a device: twice what one upload may bring.
    package var maxOneTimePreKeyCount = 2 * PreKeyUpload.maxOneTimeCount
    package var maxOneTimeKyberPreKeyCount = 2 * PreKeyUpload.maxOneTimeKyberCount

    package init() {}
}
