import Crypto
import CryptoExtras
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

    let salt: Data
    let cost: Cost
    /// Nonce, encrypted data key, tag.
    let sealed: Data
    let checksum: Data

    init(salt: Data, cost: Cost, sealed: Data, checksum: Data) {
        self.salt = salt
        self.cost = cost
        self.sealed = sealed
        self.checksum = checksum
    }

    init(wrapping dataKey: SymmetricKey, passphrase: String, cost: Cost = .standard) throws {
        let salt = SymmetricKey(size: .init(bitCount: 8 * Self.saltByteCount)).withUnsafeBytes { Data($0) }
        let box = try AES.GCM.seal(
            dataKey.withUnsafeBytes { Data($0) }, using: Self.key(passphrase, salt, cost),
            authenticating: Self.header(salt, cost))
        let sealed = Data(box.nonce + box.ciphertext + box.tag)
        self.init(
            salt: salt, cost: cost, sealed: sealed, checksum: Self.checksum(salt, cost, sealed))
    }

    func dataKey(passphrase: String) throws -> SymmetricKey {
        guard salt.count == Self.saltByteCount, sealed.count == Self.sealedByteCount, cost.isSound,
            checksum == Self.checksum(salt, cost, sealed)
        else { throw Failure.damaged }
        let key = try Self.key(passphrase, salt, cost)
        let box = try AES.GCM.SealedBox(combined: sealed)
        guard let bytes = try? AES.GCM.open(box, using: key, authenticating: Self.header(salt, cost)) else {
            throw Failure.wrongPassphrase
        }
        return SymmetricKey(data: bytes)
    }

    private static func header(_ salt: Data, _ cost: Cost) -> Data {
        Data("SysMaint data key v1 \(cost.rounds) \(cost.blockSize) \(cost.parallelism) ".utf8) + salt
    }

    private static func checksum(_ salt: Data, _ cost: Cost, _ sealed: Data) -> Data {
        Data(SHA256.hash(data: header(salt, cost) + sealed))
    }

    /// The composed form of the passphrase counts, so that it does not matter which keyboard typed an accent.
    private static func key(_ passphrase: String, _ salt: Data, _ cost: Cost) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Array(passphrase.precomposedStringWithCanonicalMapping.utf8), salt: salt,
            outputByteCount: keyByteCount, rounds: cost.rounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
    }
}
