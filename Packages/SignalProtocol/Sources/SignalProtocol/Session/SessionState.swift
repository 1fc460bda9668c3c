import Cryptography

/// One session: the double ratchet, the post-quantum ratchet, and who it is between.
///
/// A value: whatever is tried is tried on a copy, and the copy is kept only when a message has proved right.
struct SessionState: Sendable {
    static let maxReceivingChains = 5

    /// A receiving chain as it was found in storage.
    enum StoredReceivingChain: Sendable {
        case usable(ReceivingChain)
        /// A chain that cannot be used, kept as it is. Its key may still be known.
        case damaged(ratchetKey: PublicKey?, serialized: SecretBytes)

        var ratchetKey: PublicKey? {
            switch self {
            case .usable(let chain): chain.ratchetKey
            case .damaged(let key, _): key
            }
        }
    }

    /// What goes along with every message until the peer has answered.
    struct PendingPreKey: Hashable, Sendable {
        let preKeyID: UInt32?
        let signedPreKeyID: UInt32
        /// Wire form.
        let baseKey: [UInt8]
        /// Seconds since 1970.
        let createdAt: UInt64
    }

    let version: UInt32
    let localIdentity: PublicKey
    let remoteIdentity: PublicKey
    /// The initiator's base key in wire form: it names the session.
    let baseKey: [UInt8]
    var localRegistrationID: UInt32 = 0
    var remoteRegistrationID: UInt32 = 0

    var rootKey: RootKey
    var previousCounter: UInt32 = 0
    var sendingChain: SendingChain?
    /// Oldest first.
    var receivingChains: [StoredReceivingChain] = []
    var pendingPreKey: PendingPreKey?
    var pendingKyber: PreKeySignalMessage.KyberPart?
    var postQuantumRatchet: PostQuantumRatchet

    init(
        version: UInt32, localIdentity: PublicKey, remoteIdentity: PublicKey, baseKey: [UInt8],
        rootKey: RootKey,
        postQuantumRatchet: PostQuantumRatchet
    ) {
        self.version = version
        self.localIdentity = localIdentity
        self.remoteIdentity = remoteIdentity
        self.baseKey = baseKey
        self.rootKey = rootKey
        self.postQuantumRatchet = postQuantumRatchet
    }

    mutating func clearPending() {
        pendingPreKey = nil
        pendingKyber = nil
    }
}

extension SessionState: CustomStringConvertible, CustomReflectable {
    var description: String { "SessionState" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// Between whom a session is.
struct SessionParties: Sendable {
    let local: ProtocolAddress
    let remote: ProtocolAddress

    /// Whether both ends are the same account, as when devices of one person write to each other.
    func isSelfSession(ourIdentity: PublicKey, theirIdentity: PublicKey) -> Bool {
        guard ourIdentity == theirIdentity, let ours = local.serviceID else { return false }
        return ours == remote.serviceID
    }
}
