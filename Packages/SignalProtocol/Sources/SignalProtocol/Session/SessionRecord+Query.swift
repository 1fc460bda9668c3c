#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension SessionRecord {
    /// Requirements for a session to count as usable for sending.
    public struct Requirements: OptionSet, Sendable {
        /// One bit per requirement.
        public let rawValue: Int

        /// Requirements from a bit set.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Answered by the peer, or started within the last 30 days.
        public static let notStale = Requirements(rawValue: 1)
        /// Established with a KEM.
        public static let establishedWithPQXDH = Requirements(rawValue: 2)
        /// With a post-quantum ratchet.
        public static let postQuantumRatchet = Requirements(rawValue: 4)
    }

    /// Whether there is a session for sending that meets the requirements.
    ///
    /// - Throws: `.invalidSessionStructure`.
    public func hasUsableSession(
        meeting requirements: Requirements = .notStale, now: Date
    ) throws(SignalError) -> Bool {
        guard let state = try currentState(), state.sendingChain != nil else { return false }
        if requirements.contains(.notStale), state.isStale(now: now) { return false }
        if requirements.contains(.establishedWithPQXDH), state.version < UInt32(MessageVersion.pqxdh) {
            return false
        }
        return !requirements.contains(.postQuantumRatchet) || !state.postQuantumRatchet.isEmpty
    }

    /// The base key that identifies the current session at both ends, if there is one.
    public var baseKey: [UInt8]? { usableState?.baseKey }

    /// The peer's registration id, as stated by the peer.
    public var remoteRegistrationID: UInt32? { usableState?.remoteRegistrationID }

    /// Our own registration id in the current session.
    public var localRegistrationID: UInt32? { usableState?.localRegistrationID }

    /// The protocol version of the current session: 4 with PQXDH, 3 before it.
    public var sessionVersion: UInt32? { usableState?.version }

    /// Whether there is a current session, also a damaged one.
    public var hasCurrentSession: Bool { current != nil }

    /// The number of archived sessions, at most 40.
    public var archivedSessionCount: Int { previous.count }

    /// The peer's identity key in the current session, if there is one.
    public var remoteIdentityKey: PublicKey? { usableState?.remoteIdentity }

    /// Whether messages of the current session still carry the data that starts it.
    public var isUnacknowledged: Bool { usableState?.pendingPreKey != nil }

    /// Whether `key` is our current ratchet key. If so, a report that the peer could not decrypt concerns this session,
    /// which should then be archived.
    public func currentRatchetKeyMatches(_ key: PublicKey) -> Bool {
        usableState?.sendingChain?.ratchetKey.publicKey == key
    }

    var usableState: SessionState? {
        guard case .usable(let state) = current else { return nil }
        return state
    }
}

extension SessionState {
    /// The maximum age of an unanswered session: 30 days.
    static let maxUnacknowledgedAge: TimeInterval = 30 * 24 * 60 * 60

    /// Whether the peer has not answered for more than 30 days.
    func isStale(now: Date) -> Bool {
        guard let pendingPreKey else { return false }
        return Double(pendingPreKey.createdAt) + Self.maxUnacknowledgedAge < now.timeIntervalSince1970
    }
}

extension SessionRecord {
    /// The progress of a session's ratchets: counters and public keys only.
    public struct Progress: Hashable, Sendable {
        /// The number of messages sent in the current chain; nil before the first.
        public let sentCount: UInt32?
        /// The number of messages that the peer's current chain has reached; nil before the first.
        public let receivedCount: UInt32?
        /// The ratchet key in our messages.
        public let ourRatchetKey: PublicKey?
        /// The ratchet key in the peer's newest messages.
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
    /// The post-quantum ratchet's epoch in this message; nil if it carries none.
    public var postQuantumEpoch: UInt64? {
        guard postQuantumMessage.first == SPQRMessage.version else { return nil }
        return try? SPQRMessage(wire: postQuantumMessage).epoch
    }
}
