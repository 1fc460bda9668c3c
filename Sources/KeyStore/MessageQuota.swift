/// How many messages from peers a store keeps. Beyond that, the oldest messages of the peer who wrote too much are deleted.
///
/// A peer that was never written to is a stranger. Strangers share a small quota of their own, so that they displace only
/// each other's messages.
package struct MessageQuota: Hashable, Sendable {
    /// Bytes are counted as stored.
    package struct Limit: Hashable, Sendable {
        package var count: Int
        package var byteCount: Int

        package init(count: Int, byteCount: Int) {
            self.count = count
            self.byteCount = byteCount
        }
    }

    /// Whether conversations are kept at all. Unread messages are in any case.
    package var keepsHistory = true
    package var perPeer = Limit(count: 20_000, byteCount: 64 << 20)
    /// Of all peers but strangers.
    package var total = Limit(count: 200_000, byteCount: 256 << 20)
    package var perStranger = Limit(count: 1000, byteCount: 1 << 20)
    package var strangers = Limit(count: 25_000, byteCount: 16 << 20)
    /// What a relay holds for a device at most can be taken in before anybody deals with it.
    package var unreadPerStranger = Limit(count: 10_000, byteCount: 16 << 20)
    package var unreadOfStrangers = Limit(count: 50_000, byteCount: 64 << 20)
    /// How long messages of conversations are kept; nil for ever.
    package var maxAge: Duration?

    package init() {}

    /// For services, which deal with messages and have no use for them later. They answer strangers and peers alike.
    package static var ofServices: MessageQuota {
        var quota = MessageQuota()
        quota.keepsHistory = false
        quota.perStranger = quota.perPeer
        quota.strangers = quota.total
        quota.unreadPerStranger = quota.perPeer
        quota.unreadOfStrangers = quota.total
        return quota
    }
}

/// Old messages that made way for new ones.
package struct QuotaRemoval: Hashable, Sendable {
    /// Whose message was the one too many.
    package let peer: String
    package let cause: String
}
