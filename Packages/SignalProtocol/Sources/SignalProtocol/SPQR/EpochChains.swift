import Cryptography

/// The symmetric part of the ratchet: every epoch's secret advances a root, and every epoch has a chain of keys in
/// each direction.
///
/// - Errors: `.epochOutOfRange`, `.sendKeyEpochDecreased`, and those of the chains.
struct EpochChains: Equatable, Sendable {
    private static let startLabel = Array("Signal PQ Ratchet V1 Chain  Start".utf8)
    private static let epochLabel = Array("Signal PQ Ratchet V1 Chain Add Epoch".utf8)

    /// The two chains of one epoch.
    struct Link: Equatable {
        var sending: MessageChain
        var receiving: ReceivingMessageChain
    }

    let direction: SPQRDirection
    let limits: ChainLimits
    private(set) var rootKey: SecretBytes
    /// The newest epoch.
    private(set) var currentEpoch: UInt64
    /// The epoch of the latest sending key.
    private(set) var sendingEpoch: UInt64
    /// Consecutive epochs; the last is the current one.
    private(set) var links: [Link]

    init(authKey: SecretBytes, direction: SPQRDirection, limits: ChainLimits) {
        let start = Derived(salt: nil, secret: authKey, label: Self.startLabel, direction: direction)
        self.init(
            direction: direction, limits: limits, rootKey: start.rootKey, currentEpoch: 0, sendingEpoch: 0,
            links: [start.link])
    }

    init(
        direction: SPQRDirection, limits: ChainLimits, rootKey: SecretBytes, currentEpoch: UInt64,
        sendingEpoch: UInt64, links: [Link]
    ) {
        self.direction = direction
        self.limits = limits
        self.rootKey = rootKey
        self.currentEpoch = currentEpoch
        self.sendingEpoch = sendingEpoch
        self.links = links
    }

    /// Starts the chains of the next epoch.
    mutating func add(_ secret: EpochSecret) throws(SPQRError) {
        guard secret.epoch == currentEpoch &+ 1 else { throw .epochOutOfRange(secret.epoch) }
        let derived = Derived(
            salt: rootKey, secret: secret.secret, label: Self.epochLabel, direction: direction)
        rootKey = derived.rootKey
        links.append(derived.link)
        currentEpoch = secret.epoch
    }

    /// The next sending key. When an epoch is first used for sending, the keys of epochs before the previous one are
    /// dropped.
    mutating func nextSendingKey(epoch: UInt64) throws(SPQRError) -> (index: UInt32, key: SecretBytes) {
        guard epoch >= sendingEpoch else { throw .sendKeyEpochDecreased(from: sendingEpoch, to: epoch) }
        var position = try position(of: epoch)
        if epoch != sendingEpoch {
            sendingEpoch = epoch
            let dropped = max(0, position - 1)
            links.removeFirst(dropped)
            position -= dropped
            for older in 0..<position { links[older].sending.clear() }
        }
        let key = try links[position].sending.next()
        return (links[position].sending.counter, key)
    }

    mutating func receivingKey(
        epoch: UInt64, index: UInt32, within budget: inout DerivationBudget
    ) throws(SPQRError) -> SecretBytes {
        try links[try position(of: epoch)].receiving.key(at: index, limits: limits, within: &budget)
    }

    private func position(of epoch: UInt64) throws(SPQRError) -> Int {
        guard epoch <= currentEpoch, currentEpoch - epoch < links.count else { throw .epochOutOfRange(epoch) }
        return links.count - 1 - Int(currentEpoch - epoch)
    }
}

extension EpochChains {
    /// The output of one derivation: 32 bytes each for the root and the two directions.
    private struct Derived {
        let rootKey: SecretBytes
        let link: Link

        init(salt: SecretBytes?, secret: SecretBytes, label: [UInt8], direction: SPQRDirection) {
            let bytes = HKDFSHA256.derive(salt: salt, secret: secret, info: label, byteCount: 96)
            let (a2b, b2a) = (bytes.slice(32..<64), bytes.slice(64..<96))
            rootKey = bytes.slice(0..<32)
            link = Link(
                sending: MessageChain(key: direction == .a2b ? a2b : b2a),
                receiving: ReceivingMessageChain(chain: MessageChain(key: direction == .a2b ? b2a : a2b)))
        }
    }
}

/// The two parties: A started the session.
enum SPQRDirection: UInt64, Sendable {
    case a2b = 0
    case b2a = 1
}
