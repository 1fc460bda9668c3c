import Cryptography
import KeyStore
import RelayAPI
import SignalProtocol

/// The number of one-time keys of each kind that the relay should hold.
package struct PreKeyStock: Hashable, Sendable {
    /// After replenishing.
    package var full = 100
    /// Below this number they are replenished.
    package var low = 30

    package init() {}

    package init(full: Int, low: Int) {
        self.full = full
        self.low = low
    }
}

/// Keeps the relay supplied with prekeys, unattended.
///
/// Every step can be interrupted and done again: what the relay holds is compared with what the store holds, and the
/// difference is made up.
struct PreKeyUpkeep: Sendable {
    /// One-time Kyber keys per request: 2.2 kB each, and a body has 256 KiB.
    static let kyberBatch = 40

    static let signedPreKeyAge = Duration.seconds(7 * 86_400)
    static let lastResortAge = Duration.seconds(30 * 86_400)
    /// A message may wait 30 days on the relay, under a bundle that was fetched a little before.
    static let grace = Duration.seconds(45 * 86_400)

    let store: KeyStore
    let access: RelayAccess
    let owner: IdentityID
    let stock: PreKeyStock

    /// - Throws: `MessengerError.storeOutdated` if the relay holds keys that were not created here.
    func run() async throws {
        let counts = try await access.withToken { [owner] relay, token in
            try await relay.preKeyCounts(of: owner, token: token)
        }
        try await checkOrigin(ofSigned: counts.signedPreKeyId)
        try await publishSignedKeys()
        if counts.oneTime < stock.low { try await publishPreKeys(stock.full - counts.oneTime) }
        if counts.oneTimeKyber < stock.low {
            try await publishKyberPreKeys(stock.full - counts.oneTimeKyber)
        }
        try await store.write { transaction in
            // A machine that was put back together with its relay looks like this one: only new sessions are sure to use no
            // key again.
            let isNewBoot = try transaction.settings.isOfBoot(Boot.name) == false
            if isNewBoot { try transaction.sessions.retireAll() }
            try transaction.settings.noteUpkeep(inBoot: Boot.name)
        }
    }

    /// The signed prekey is a mark that the relay keeps: a store that was put back together with everything beside it has
    /// not made it.
    private func checkOrigin(ofSigned id: UInt32?) async throws {
        guard let id, try await !store.read({ try $0.preKeys.hasMadeSigned(id) }) else { return }
        try await store.write { try $0.noteOutdated() }
        throw MessengerError.storeOutdated(store.account.owner)
    }

    /// Renews the signed and the last-resort key when they are old, and makes sure that the relay has the present ones.
    ///
    /// The signed one is also renewed once after each start of the machine, which is when disks are put back.
    private func publishSignedKeys() async throws {
        let (signed, lastResort) = try await store.write { transaction in
            try transaction.preKeys.removeReplaced(grace: Self.grace)
            let isNewBoot = try transaction.settings.isOfBoot(Boot.name) == false
            return (
                try SignedPreKey(
                    transaction.preKeys.currentSigned(
                        maxAge: isNewBoot ? .seconds(-1) : Self.signedPreKeyAge)),
                try SignedPreKey(transaction.preKeys.currentLastResortKyber(maxAge: Self.lastResortAge))
            )
        }
        let held = PreKeyCheckRequest.digestInput(
            identityKey: store.account.identity.publicKey.wire, signed: signed, lastResort: lastResort)
        let check = PreKeyCheckRequest(digest: Base64(Array(SHA256.hash(held))))
        let isCurrent = try await access.withToken { relay, token in
            try await relay.checkPreKeys(check, token: token).matches
        }
        guard !isCurrent else { return }
        try await upload(PreKeyUpload(signedPreKey: signed, lastResortKyberPreKey: lastResort))
    }

    private func publishPreKeys(_ count: Int) async throws {
        let records = try await store.write { try $0.preKeys.make(count) }
        let keys = try records.map { OneTimePreKey(id: $0.id, publicKey: Base64(try $0.publicKey().wire)) }
        try await upload(PreKeyUpload(oneTimePreKeys: keys))
    }

    private func publishKyberPreKeys(_ count: Int) async throws {
        for start in stride(from: 0, to: count, by: Self.kyberBatch) {
            let batch = min(Self.kyberBatch, count - start)
            let records = try await store.write { try $0.preKeys.makeKyber(batch) }
            try await upload(PreKeyUpload(oneTimeKyberPreKeys: records.map { try SignedPreKey($0) }))
        }
    }

    private func upload(_ upload: PreKeyUpload) async throws {
        try await access.withToken { relay, token in try await relay.uploadPreKeys(upload, token: token) }
    }
}

extension SignedPreKey {
    init(_ record: SignedPreKeyRecord) throws(SignalError) {
        self.init(
            id: record.id, publicKey: Base64(try record.publicKey().wire), signature: Base64(record.signature)
        )
    }

    init(_ record: KyberPreKeyRecord) throws(SignalError) {
        self.init(
            id: record.id, publicKey: Base64(try record.publicKey().wire), signature: Base64(record.signature)
        )
    }
}
