import Database
import RelayAPI

/// An account as shown to the relay's operator.
package struct AccountOverview: Hashable, Sendable, Encodable {
    package let id: IdentityID
    /// Milliseconds since 1970.
    package let registeredAt: Int64
    package let devices: Int
    package let queuedMessages: Int
    package let queuedBytes: Int
    package let isRevoked: Bool
}

/// A device as shown to the relay's operator.
package struct DeviceOverview: Hashable, Sendable, Encodable {
    package let id: IdentityID
    package let device: DeviceID
    package let registrationId: UInt32
    /// Milliseconds since 1970.
    package let registeredAt: Int64
    package let oneTimePreKeys: Int
    package let oneTimeKyberPreKeys: Int
    package let queuedMessages: Int
    package let queuedBytes: Int
}

/// The target of a revocation or readmission: an account, or one of its devices.
package struct RevocationSubject: Hashable, Sendable, CustomStringConvertible {
    package let identity: IdentityID
    package let device: DeviceID?

    package init(_ identity: IdentityID, device: DeviceID? = nil) {
        self.identity = identity
        self.device = device
    }

    package var description: String {
        device.map { DeviceAddress(identity, $0).description } ?? identity.description
    }

    /// The stored form.
    fileprivate var columns: (userID: String, device: UInt8) { (identity.description, device?.rawValue ?? 0) }
}

/// The operator's commands, which also work while the relay is running.
extension SQLiteRelayStore {
    /// All accounts, by name.
    package func accounts() async throws -> [AccountOverview] {
        try await reading { database in
            try database.all(
                """
                SELECT id, createdAt, COUNT(devices.deviceKey), COALESCE(SUM(messageCount), 0),
                    COALESCE(SUM(byteCount), 0),
                    EXISTS (SELECT 1 FROM revocations WHERE revocations.userId = id AND revocations.device = 0)
                FROM users LEFT JOIN devices ON devices.userId = id
                LEFT JOIN queues ON queues.deviceKey = devices.deviceKey
                GROUP BY id ORDER BY id
                """
            ) { row in
                AccountOverview(
                    id: try IdentityID(row[0]), registeredAt: try row[1], devices: try row[2],
                    queuedMessages: try row[3], queuedBytes: try row[4], isRevoked: try row[5])
            }
        }
    }

    /// The devices of an account, or of all accounts, by address.
    package func deviceOverviews(of id: IdentityID?) async throws -> [DeviceOverview] {
        try await reading { database in
            try database.all(
                """
                SELECT userId, device, registrationId, registeredAt,
                    (SELECT COUNT(*) FROM prekeys WHERE prekeys.deviceKey = devices.deviceKey AND kind = ?1),
                    (SELECT COUNT(*) FROM prekeys WHERE prekeys.deviceKey = devices.deviceKey AND kind = ?2),
                    COALESCE(messageCount, 0), COALESCE(byteCount, 0)
                FROM devices LEFT JOIN queues ON queues.deviceKey = devices.deviceKey
                WHERE ?3 IS NULL OR userId = ?3 ORDER BY userId, device
                """, PreKeyKind.oneTime.rawValue, PreKeyKind.oneTimeKyber.rawValue, id?.description
            ) { row in
                DeviceOverview(
                    id: try IdentityID(row[0]), device: try DeviceID(row[1] as Int),
                    registrationId: try row[2], registeredAt: try row[3], oneTimePreKeys: try row[4],
                    oneTimeKyberPreKeys: try row[5], queuedMessages: try row[6], queuedBytes: try row[7])
            }
        }
    }

    /// Removes an account's devices, or one of them, with tokens, prekeys and queues, and blocks them from registering
    /// again.
    ///
    /// The name stays bound to its identity key. False if the account is unknown.
    package func revoke(_ subject: RevocationSubject, at now: Int64) async throws -> Bool {
        try await commits.write { batch in
            guard try Self.isKnown(subject.identity, batch.database) else { return false }
            let devices =
                try subject.device.map { [$0] }
                ?? Self.registrationIDs(of: subject.identity, batch.database).keys.sorted()
            for device in devices { _ = try batch.remove(DeviceAddress(subject.identity, device), at: now) }
            let (userID, device) = subject.columns
            let count = try batch.database.run(
                "INSERT OR IGNORE INTO revocations (userId, device, revokedAt) VALUES (?, ?, ?)", userID,
                device,
                now)
            if count > 0 {
                try batch.audit.append(.revoked, of: subject, at: now)
            }
            return true
        }
    }

    /// Lets a revoked account or device register again; false if it was not revoked.
    package func readmit(_ subject: RevocationSubject, at now: Int64) async throws -> Bool {
        try await commits.write { batch in
            let (userID, device) = subject.columns
            let count = try batch.database.run(
                "DELETE FROM revocations WHERE userId = ? AND device = ?", userID, device)
            guard count > 0 else { return false }
            try batch.audit.append(.readmitted, of: subject, at: now)
            return true
        }
    }

    /// Devices removed after row `number` of the audit log and not registered again, and the number of its newest row.
    package func removedDevices(since number: Int64) async throws -> (devices: [DeviceAddress], newest: Int64)
    {
        try await reading { database in
            let subjects: [String] = try database.values(
                "SELECT subject FROM audit WHERE number > ? AND event = ?", number,
                AuditLog.Event.deviceRemoved.name)
            let devices = try Set(subjects.map { try DeviceAddress($0) }).filter { address in
                try Self.device(address, database) == nil
            }
            return (
                devices.sorted(), try database.value("SELECT COALESCE(MAX(number), 0) FROM audit") ?? 0
            )
        }
    }

    static func isRevoked(_ address: DeviceAddress, _ database: Connection) throws -> Bool {
        try database.exists(
            "SELECT 1 FROM revocations WHERE userId = ? AND device IN (0, ?)", address.identity.description,
            address.device.rawValue)
    }

    private static func isKnown(_ id: IdentityID, _ database: Connection) throws -> Bool {
        try database.exists("SELECT 1 FROM users WHERE id = ?", id.description)
    }
}
