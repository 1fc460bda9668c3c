import HTTPEdge
import RelayAPI

/// The rate limits of a relay.
package struct RateLimits: Hashable, Sendable {
    /// Registrations and nonces, per address. Here and below, an address stands for its /64 network in IPv6.
    package var registrations = Rate(perSecond: 2, burst: 60)
    /// New accounts, per address.
    package var newAccounts = Rate(perSecond: 0.05, burst: 1_000)
    /// Renewed registrations and replaced signed prekeys, per account.
    package var keyChanges = Rate(perSecond: 0.02, burst: 60)
    /// Invalid tokens, per address. Guessing is hopeless; this limit keeps the attempts cheap.
    package var refusedTokens = Rate(perSecond: 1, burst: 60)
    /// Requests with a token, per account.
    package var requests = Rate(perSecond: 50, burst: 500)
    /// Messages, per sending account.
    package var messages = Rate(perSecond: 5_000, burst: 20_000)
    /// Bytes of messages, per sending account.
    package var messageBytes = Rate(perSecond: 16 * 1024 * 1024, burst: 64 * 1024 * 1024)
    /// Messages, per receiving identity, from all senders.
    package var messagesOfTarget = Rate(perSecond: 10_000, burst: 40_000)
    /// Bundles, per requesting account. The strictest limit, because each bundle uses up prekeys.
    package var bundles = Rate(perSecond: 0.5, burst: 30)
    /// Bundles, per requested identity, from all requesters.
    package var bundlesOfTarget = Rate(perSecond: 1, burst: 60)
    /// Bundles, per address.
    package var bundlesOfAddress = Rate(perSecond: 5, burst: 300)

    package init() {}
}

/// Rate limits on sending.
struct SendLimits: Sendable {
    private let messages: TokenBuckets<IdentityID>
    private let bytes: TokenBuckets<IdentityID>
    private let target: TokenBuckets<IdentityID>

    init(_ rates: RateLimits) {
        messages = TokenBuckets(rates.messages)
        bytes = TokenBuckets(rates.messageBytes)
        target = TokenBuckets(rates.messagesOfTarget)
    }

    /// Charges the sender and the recipient; returns the time to wait if a limit is exceeded.
    func take(for envelope: Envelope) -> Duration? {
        messages.take(for: envelope.senderId)
            ?? bytes.take(Double(envelope.body.bytes.count), for: envelope.senderId)
            ?? target.take(for: envelope.recipientId)
    }
}

/// Rate limits on taking bundles: per requester, per requested identity, per address.
struct BundleLimits: Sendable {
    private let asker: TokenBuckets<IdentityID>
    private let target: TokenBuckets<IdentityID>
    private let address: TokenBuckets<[UInt8]>

    init(_ rates: RateLimits) {
        asker = TokenBuckets(rates.bundles)
        target = TokenBuckets(rates.bundlesOfTarget)
        address = TokenBuckets(rates.bundlesOfAddress)
    }

    func take(by asker: IdentityID, of target: IdentityID, from address: [UInt8]) -> Duration? {
        self.asker.take(for: asker) ?? self.address.take(for: address) ?? self.target.take(for: target)
    }
}
