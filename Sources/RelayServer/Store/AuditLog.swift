import Cryptography
import Database
import Foundation
import RelayAPI

/// A tamper-evident log of events about identities and their keys: each row's hash is an HMAC of the row and the
/// previous hash.
///
/// The key (`AuditKey`) allows any log to be written. Without it, rows can be removed from the end, and an earlier state
/// put in the place of this one: that can be detected only with a hash recorded elsewhere. Therefore `verify` returns the
/// newest hash and can check for an earlier one. Rows of earlier versions have a SHA-256 in its place, which anyone can
/// compute; the key's file holds the last of them.
package struct AuditLog {
    enum Event {
        case identityCreated([UInt8])
        case deviceAdded(UInt32)
        case tokenReplaced
        case deviceRemoved
        case revoked
        case readmitted
        case signedPreKeyReplaced(UInt32)
        case lastResortPreKeyReplaced(UInt32)
    }

    package enum Verdict: Hashable, Sendable {
        /// The number of rows, how many of them, the oldest, have a hash without a key, and the newest hash in hex.
        case intact(count: Int, unkeyed: Int, newest: String)
        /// The number of the first row that does not match the rows before it.
        case broken(number: Int64)
        /// The rows are intact, but the recorded hash, or a row that was there when the key was made, is missing.
        case cutShort(count: Int)
    }

    private let database: Connection
    /// Nil in logs of earlier versions, and where the disk was too full to make one.
    private let key: AuditKey?

    init(_ database: Connection, _ key: AuditKey?) { (self.database, self.key) = (database, key) }

    /// The number and hash of the newest row.
    func newest() throws -> (number: Int64, hash: Data)? {
        try database.first("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1") { row in
            (try row[0], try row[1])
        }
    }

    /// `subject` is a device, or an identity for events that concern all its devices.
    func append(_ event: Event, of subject: some CustomStringConvertible, at now: Int64) throws {
        let previous = try newest()
        let entry = Entry(
            number: (previous?.number ?? 0) + 1, at: now, event: event.name, subject: subject.description,
            detail: event.detail)
        try database.run(
            "INSERT INTO audit (number, at, event, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?)",
            entry.number, entry.at, entry.event, entry.subject, entry.detail,
            entry.hash(after: previous?.hash ?? Data(), key))
    }

    /// Verifies all rows; `noted` is the hash of a row, in hex, that must be among them.
    func verify(noted: String?) throws -> Verdict {
        var hash = Data()
        var count = 0
        var isNotedFound = noted == nil
        var broken: Int64?
        try database.each("SELECT * FROM audit ORDER BY number") { row in
            let entry = Entry(
                number: try row["number"], at: try row["at"], event: try row["event"],
                subject: try row["subject"], detail: try row["detail"])
            let expected = entry.hash(after: hash, key)
            guard entry.number == Int64(count + 1),
                equalInConstantTime(try row["hash"] as Data, expected),
                entry.number != key?.lastUnkeyed.number || expected == key?.lastUnkeyed.hash
            else {
                broken = entry.number
                return false
            }
            hash = expected
            count += 1
            if let noted, !isNotedFound { isNotedFound = hash.hexText == noted.lowercased() }
            return true
        }
        if let broken { return .broken(number: broken) }
        let unkeyed = key.map { Int($0.lastUnkeyed.number) } ?? count
        guard isNotedFound, unkeyed <= count else { return .cutShort(count: count) }
        return .intact(count: count, unkeyed: unkeyed, newest: hash.hexText)
    }
}

extension SQLiteRelayStore {
    /// Verifies the whole audit log.
    package func verifyAuditLog() async throws -> AuditLog.Verdict {
        try await reading { [auditKey] in try AuditLog($0, auditKey).verify(noted: nil) }
    }

    /// Verifies the audit log of a relay's database file, which may be in use; the hash `noted`, if given, must be in
    /// it.
    package static func verifyAuditLog(path: String, noted: String? = nil) throws -> AuditLog.Verdict {
        let key = try AuditKey(besides: path)
        var options = Connection.Options()
        options.isReadOnly = true
        let connection = try Connection(path, options)
        defer { connection.close() }
        return try connection.transaction(.deferred) { try AuditLog(connection, key).verify(noted: noted) }
    }
}

private struct Entry {
    let number: Int64
    let at: Int64
    let event: String
    let subject: String
    let detail: String

    /// HMAC-SHA-256, or SHA-256 without a key, over the previous hash, then each field preceded by its length (32 bits,
    /// big-endian).
    func hash(after previous: Data, _ key: AuditKey?) -> Data {
        let fields = [previous] + [String(number), String(at), event, subject, detail].map { Data($0.utf8) }
        let bytes = fields.flatMap { withUnsafeBytes(of: UInt32($0.count).bigEndian, Array.init) + $0 }
        guard let key, number > key.lastUnkeyed.number else { return Data(SHA256.hash(bytes)) }
        return Data(HMACSHA256.code(of: bytes, key: key.secret))
    }
}

extension AuditLog.Event {
    var name: String {
        switch self {
        case .identityCreated: "identity created"
        case .deviceAdded: "device added"
        case .tokenReplaced: "token replaced"
        case .deviceRemoved: "device removed"
        case .revoked: "revoked"
        case .readmitted: "readmitted"
        case .signedPreKeyReplaced: "signed prekey replaced"
        case .lastResortPreKeyReplaced: "last-resort prekey replaced"
        }
    }

    fileprivate var detail: String {
        switch self {
        case .identityCreated(let key): "identity key " + key.hexText
        case .deviceAdded(let registrationID): "registration id \(registrationID)"
        case .tokenReplaced, .deviceRemoved, .revoked, .readmitted: ""
        case .signedPreKeyReplaced(let id), .lastResortPreKeyReplaced(let id): "id \(id)"
        }
    }
}
