import Cryptography

/// One link of a symmetric-key chain, in a session or a group.
///
/// - Shape: `key` is 32 bytes. `index` is the number of earlier messages in the chain.
/// - Source: Double Ratchet specification, recommended algorithms: `KDF_CK` over HMAC-SHA256.
struct ChainKey: Equatable, Sendable {
    static let byteCount = 32

    let key: SecretBytes
    let index: UInt32

    init(key: SecretBytes, index: UInt32 = 0) {
        self.key = key
        self.index = index
    }

    /// The seed of this message's keys, 32 bytes: HMAC(key, `01`).
    var messageSeed: SecretBytes { HMACSHA256.code(of: 0x01, key: key) }

    /// The next link: HMAC(key, `02`), with `index` incremented.
    ///
    /// - Throws: `.invalidState` after 2^32 - 1; the peer must turn the ratchet first.
    func next() throws(SignalError) -> ChainKey {
        guard index < .max else { throw .invalidState("the chain has reached its end") }
        return ChainKey(key: HMACSHA256.code(of: 0x02, key: key), index: index + 1)
    }
}
