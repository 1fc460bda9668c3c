extension SessionRecord {
    /// How far the ratchets of a session have turned: counters and public keys alone.
    public struct Progress: Hashable, Sendable {
        /// How many messages were sent in the current chain; nil before the first.
        public let sentCount: UInt32?
        /// How many messages the peer's current chain has got to; nil before the first.
        public let receivedCount: UInt32?
        /// The ratchet key that our messages carry.
        public let ourRatchetKey: PublicKey?
        /// The ratchet key that the peer's newest messages carry.
        public let theirRatchetKey: PublicKey?
        /// The epoch of the post-quantum ratchet; nil without one.
        public let postQuantumEpoch: UInt64?
    }

    /// The progress of the current session; nil without a usable one.
    public var progress: Progress? {
        guard let state = usableState else { return nil }
        var received: UInt32?
        if case .usable(let chain) = state.receivingChains.last { received = chain.chainKey.index }
        return Progress(
            sentCount: state.sendingChain?.chainKey.index, receivedCount: received,
            ourRatchetKey: state.sendingChain?.ratchetKey.publicKey,
            theirRatchetKey: state.receivingChains.last?.ratchetKey,
            postQuantumEpoch: state.postQuantumRatchet.epoch)
    }
}

extension SignalMessage {
    /// The epoch that the post-quantum ratchet names in this message; nil where it says nothing.
    public var postQuantumEpoch: UInt64? {
        guard postQuantumMessage.first == SPQRMessage.version else { return nil }
        return try? SPQRMessage(wire: postQuantumMessage).epoch
    }
}
