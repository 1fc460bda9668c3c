import Cryptography
import Database
import Foundation
import RelayAPI

/// A tamper-evident log of events about identities and their keys: each row's hash covers the row and the previous
/// hash.
///
/// Removing rows from the end can be detected only with a hash recorded elsewhere. Therefore `verify` returns the
/// newest hash and can check for an earlier one.
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
        /// The number of rows, and the hash of the newest in hex.
        case intact(count: Int, newest: String)
        /// The number of the first row that does not match the rows before it.
        case broken(number: Int64)
        /// The rows are intact, but the recorded hash is missing.
        case cutShort(count: Int)
    }

    private let database: Connection

    init(_ database: Connection) { self.database = database }

    /// `subject` is a device, or an identity for events that concern all its devices.
    func append(_ event: Event, of subject: some CustomStringConvertible, at now: Int64) throws {
        let previous = try database.first(
            "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1"
        ) { row in (number: try row[0] as Int64, hash: try row[1] as Data) }
        let entry = Entry(
            number: (previous?.number ?? 0) + 1, at: now, event: event.name, subject: subject.description,
            detail: event.detail)
        try database.run(
            "INSERT INTO audit (number, at, event, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?)",
            entry.number, entry.at, entry.event, entry.subject, entry.detail,
            entry.hash(after: previous?.hash ?? Data()))
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
            let expected = entry.hash(after: hash)
            guard entry.number == Int64(count + 1), try row["hash"] == expected else {
                broken = entry.number
                return false
            }
            hash = expected
            count += 1
            if let noted, !isNotedFound { isNotedFound = hash.map(hexText).joined() == noted.lowercased() }
            return true
        }
        if let broken { return .broken(number: broken) }
        guard isNotedFound else { return .cutShort(count: count) }
        return .intact(count: count, newest: hash.map(hexText).joined())
    }
}

extension SQLiteRelayStore {
    /// Verifies the whole audit log.
    package func verifyAuditLog() async throws -> AuditLog.Verdict {
        try await reading { try AuditLog($0).verify(noted: nil) }
    }

    /// Verifies the audit log of a relay's database file, which may be in use; the hash `noted`, if given, must be in
    /// it.
    package static func verifyAuditLog(path: String, noted: String? = nil) throws -> AuditLog.Verdict {
        var options = Connection.Options()
        options.isReadOnly = true
        let connection = try Connection(path, options)
        defer { connection.close() }
        return try connection.transaction(.deferred) { try AuditLog(connection).verify(noted: noted) }
    }
}

private struct Entry {
    let number: Int64
    let at: Int64
    let event: String
    let subject: String
    let detail: String

    /// SHA-256 over the previous hash, then each field preceded by its length (32 bits, big-endian).
    func hash(after previous: Data) -> Data {
        var hash = SHA256()
        let fields = [previous] + [String(number), String(at), event, subject, detail].map { Data($0.utf8) }
        for field in fields {
            withUnsafeBytes(of: UInt32(field.count).bigEndian) { hash.update($0) }
            hash.update(field)
        }
        return hash.finish { Data($0) }
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
        case .identityCreated(let key): "identity key " + key.map(hexText).joined()
        case .deviceAdded(let registrationID): "registration id \(registrationID)"
        case .tokenReplaced, .deviceRemoved, .revoked, .readmitted: ""
        case .signedPreKeyReplaced(let id), .lastResortPreKeyReplaced(let id): "id \(id)"
        }
    }
}

private func hexText(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
