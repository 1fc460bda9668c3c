import Cryptography
import Foundation

/// The random key of all rows, wrapped by a key that scrypt makes of the passphrase.
///
/// A new passphrase wraps the same data key again; no row is rewritten. The checksum tells a damaged file from a wrong
/// passphrase; it covers nothing secret.
struct WrappedDataKey: Hashable, Sendable {
    /// What scrypt costs: N, r and p (RFC 7914).
    struct Cost: Hashable, Sendable {
        let rounds: Int
        let blockSize: Int
        let parallelism: Int

        static let standard = Cost(rounds: 16_384, blockSize: 8, parallelism: 1)

        /// A file that asks for more than half a gigabyte of memory was not written by us.
        var isSound: Bool {
            rounds > 1 && rounds.nonzeroBitCount == 1 && rounds <= 1 << 20
                && (1...16).contains(blockSize) && (1...16).contains(parallelism)
                && 128 * rounds * blockSize <= 512 << 20
        }
    }

    enum Failure: Error, Equatable {
        case damaged
        case wrongPassphrase
    }

    static let saltByteCount = 32
    private static let keyByteCount = 32
    private static let sealedByteCount = 12 + keyByteCount + 16

    let salt: [UInt8]
    let cost: Cost
    /// Nonce, encrypted data key, tag.
    let sealed: [UInt8]
    let checksum: [UInt8]

    init(salt: [UInt8], cost: Cost, sealed: [UInt8], checksum: [UInt8]) {
        self.salt = salt
        self.cost = cost
        self.sealed = sealed
        self.checksum = checksum
    }

    init(wrapping dataKey: SecretBytes, passphrase: SecretText, cost: Cost = .standard) throws(Failure) {
        let salt = SecureRandom.bytes(Self.saltByteCount)
        let key = try Self.key(passphrase, salt, cost)
        let sealed = dataKey.withArray {
            AESGCM.seal($0, key: key, authenticating: Self.header(salt, cost))
        }
        self.init(
            salt: salt, cost: cost, sealed: sealed, checksum: Self.checksum(salt, cost, sealed))
    }

    func dataKey(passphrase: SecretText) throws(Failure) -> SecretBytes {
        guard salt.count == Self.saltByteCount, sealed.count == Self.sealedByteCount, cost.isSound,
            checksum == Self.checksum(salt, cost, sealed)
        else { throw .damaged }
        let key = try Self.key(passphrase, salt, cost)
        guard let bytes = AESGCM.open(sealed, key: key, authenticating: Self.header(salt, cost)) else {
            throw .wrongPassphrase
        }
        return SecretBytes(taking: bytes)
    }

    private static func header(_ salt: [UInt8], _ cost: Cost) -> [UInt8] {
        Array("SysMaint data key v1 \(cost.rounds) \(cost.blockSize) \(cost.parallelism) ".utf8) + salt
    }

    private static func checksum(_ salt: [UInt8], _ cost: Cost, _ sealed: [UInt8]) -> [UInt8] {
        SHA256.hash(header(salt, cost) + sealed)
    }

    /// The composed form of the passphrase counts, so that it does not matter which keyboard typed an accent.
    private static func key(
        _ passphrase: SecretText, _ salt: [UInt8], _ cost: Cost
    ) throws(Failure) -> SecretBytes {
        let composed = passphrase.exposed.precomposedStringWithCanonicalMapping
        let key = SecretBytes(taking: Array(composed.utf8)).withArray {
            Scrypt.key(
                passphrase: $0, salt: salt, byteCount: keyByteCount, rounds: cost.rounds,
                blockSize: cost.blockSize, parallelism: cost.parallelism)
        }
        guard let key else { throw .damaged }
        return key
    }
}
