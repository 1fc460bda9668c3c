import Cryptography
import Files
import Foundation
import RelayAPI

/// The key of the audit log, in a file beside the database that only its owner may read.
///
/// The file also says where the rows end that were written before there was a key, so that no row with a key can be
/// replaced by one without.
struct AuditKey: Sendable {
    let secret: SecretBytes
    /// The number and hash of the last row without a key; 0 and nothing if every row has one.
    let lastUnkeyed: (number: Int64, hash: Data)

    private struct Contents: Codable {
        let key: Base64
        let lastUnkeyedRow: Int64
        let lastUnkeyedHash: Base64
    }

    static func path(besides database: String) -> String { database + ".audit-key" }

    /// Nil if there is none.
    ///
    /// - Throws: `StoreError.unavailable`.
    init?(besides database: String) throws {
        let path = Self.path(besides: database)
        guard access(path, F_OK) == 0 else { return nil }
        guard let data = FileManager.default.contents(atPath: path),
            let contents = try? JSONDecoder().decode(Contents.self, from: data),
            contents.key.bytes.count == Self.byteCount, contents.lastUnkeyedRow >= 0
        else {
            throw StoreError.unavailable(
                "\(path) cannot be read as the key of the audit log; put the file back from a backup")
        }
        secret = SecretBytes(contents.key.bytes)
        lastUnkeyed = (contents.lastUnkeyedRow, Data(contents.lastUnkeyedHash.bytes))
    }

    /// Makes the file unless it exists, for a log whose newest row is `newest`.
    ///
    /// - Throws: `POSIXError`.
    static func make(besides database: String, newest: (number: Int64, hash: Data)?) throws {
        let contents = Contents(
            key: Base64(SecureRandom.bytes(byteCount)), lastUnkeyedRow: newest?.number ?? 0,
            lastUnkeyedHash: Base64(Array(newest?.hash ?? Data())))
        _ = try createPrivateFile(path(besides: database), contents: JSONEncoder().encode(contents))
    }

    private static let byteCount = 32
}
