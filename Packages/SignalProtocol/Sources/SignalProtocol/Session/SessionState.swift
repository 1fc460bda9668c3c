import Cryptography

/// One session: the double ratchet, the post-quantum ratchet, and the two parties.
///
/// A value: every attempt works on a copy, which is kept only once a message has been authenticated.
struct SessionState: Sendable {
    static let maxReceivingChains = 5

    /// A receiving chain read from storage.
    enum StoredReceivingChain: Sendable {
        case usable(ReceivingChain)
        /// A chain of an archived session for as long as nothing but its key is needed.
        case unread(ratchetKey: PublicKey?, serialized: SecretBytes)
        /// A chain that cannot be used, kept unchanged. Its key may still be known.
        case damaged(ratchetKey: PublicKey?, serialized: SecretBytes)

        var ratchetKey: PublicKey? {
            switch self {
            case .usable(let chain): chain.ratchetKey
            case .unread(let key, _), .damaged(let key, _): key
            }
        }
    }

    /// Data included in every message until the peer answers.
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
    /// The initiator's base key in wire form: it identifies the session.
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

/// The two ends of a session.
struct SessionParties: Sendable {
    let local: ProtocolAddress
    let remote: ProtocolAddress

    /// Whether both ends belong to the same account, such as two devices of one person.
    func isSelfSession(ourIdentity: PublicKey, theirIdentity: PublicKey) -> Bool {
        guard ourIdentity == theirIdentity, let ours = local.serviceID else { return false }
        return ours == remote.serviceID
    }
}
