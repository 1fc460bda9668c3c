import Crypto
import Foundation
import GRDB
import RelayAPI

/// How much waits for one device at most, and for how long.
package struct QueueLimits: Sendable {
    package var maxMessageCount = 10_000
    package var maxByteCount = 64 * 1024 * 1024
    package var durableLifetime = Duration.seconds(30 * 24 * 3600)
    package var latestLifetime = Duration.seconds(600)
    /// How many `latest` messages of one sender wait for one device.
    package var maxLatestCount = 5
    /// How long an accepted id is remembered, beyond what a sender would still retry.
    package var acceptedIDLifetime = Duration.seconds(35 * 24 * 3600)

    package init() {}
}

extension DeliveryClass {
    /// The number that stands in the database.
    fileprivate var number: Int {
        switch self {
        case .durable: 0
        case .latest: 1
        case .online: 2
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

extension SQLiteRelayStore {
    package func accept(
        _ envelope: Envelope, if conditions: SendConditions, at now: Int64
    ) async throws -> MessageReceipt.Outcome {
        let text = try JSONEncoder().encode(envelope)
        let digest = Data(SHA256.hash(data: envelope.body.bytes))
        let id = envelope.messageId.data
        return try await commits.write { [limits] database in
            guard let recipient = try Self.key(of: envelope.recipient, database),
                let sender = try Self.key(of: envelope.sender, database)
            else { throw StoreError.unknownRecipient }

            if let known = try Self.acceptedDigest(of: id, from: sender, to: recipient, database) {
                guard known == digest else { throw StoreError.messageIDConflict }
                return .duplicate
            }
            if let predecessor = conditions.after?.data,
                try Self.acceptedDigest(of: predecessor, from: sender, to: recipient, database) == nil
            {
                throw StoreError.predecessorMissing
            }
            if conditions.concernDevices { try Self.check(conditions, of: envelope, database) }

            if envelope.class == .latest {
                try Self.dropOldest(from: sender, to: recipient, keeping: limits.maxLatestCount - 1, database)
            }
            let queue = try Row.fetchOne(
                database.cachedStatement(
                    sql: "SELECT messageCount, byteCount FROM queues WHERE deviceKey = ?"),
                arguments: [recipient])
            let count: Int = queue?["messageCount"] ?? 0
            let bytes: Int = queue?["byteCount"] ?? 0
            guard count < limits.maxMessageCount, bytes + text.count <= limits.maxByteCount else {
                throw StoreError.queueFull
            }

            let lifetime = envelope.class == .durable ? limits.durableLifetime : limits.latestLifetime
            try database.cachedStatement(
                sql: """
                    INSERT INTO messages (deviceKey, messageId, senderKey, class, byteCount, expiresAt, envelope)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                recipient, id, sender, envelope.class.number, text.count, now + lifetime.milliseconds, text,
            ])
            try database.cachedStatement(
                sql: """
                    INSERT INTO acceptedIds (senderKey, deviceKey, messageId, digest, acceptedAt) VALUES (?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [sender, recipient, id, digest, now])
            try Self.changeQueue(of: recipient, count: 1, bytes: text.count, database)
            return .accepted
        }
    }

    package func messages(
        for address: DeviceAddress, after sequence: Int64, limit: Int, at now: Int64
    ) async throws -> [QueuedMessage] {
        try await pool.read { database in
            guard let device = try Self.key(of: address, database) else { return [] }
            let rows = try Row.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT sequence, messageId, envelope FROM messages
                        WHERE deviceKey = ? AND sequence > ? AND expiresAt > ? ORDER BY sequence LIMIT ?
                        """), arguments: [device, sequence, now, limit])
            return rows.compactMap { row in
                UUID(data: row["messageId"]).map {
                    QueuedMessage(sequence: row["sequence"], messageID: $0, envelope: row["envelope"])
                }
            }
        }
    }

    package func acknowledge(_ ids: [UUID], for address: DeviceAddress) async throws {
        try await commits.write { database in
            guard let device = try Self.key(of: address, database) else { return }
            let statement = try database.cachedStatement(
                sql: "DELETE FROM messages WHERE deviceKey = ? AND messageId = ? RETURNING byteCount")
            var count = 0
            var bytes = 0
            for id in ids {
                for size in try Int.fetchAll(statement, arguments: [device, id.data]) {
                    count += 1
                    bytes += size
                }
            }
            try Self.changeQueue(of: device, count: -count, bytes: -bytes, database)
        }
    }

    package func expire(at now: Int64) async throws -> Int {
        try await commits.write { [limits] database in
            let gone = try Row.fetchAll(
                database, sql: "DELETE FROM messages WHERE expiresAt <= ? RETURNING deviceKey, byteCount",
                arguments: [now])
            for (device, rows) in Dictionary(grouping: gone, by: { $0["deviceKey"] as Int64 }) {
                let bytes = rows.reduce(0) { $0 + ($1["byteCount"] as Int) }
                try Self.changeQueue(of: device, count: -rows.count, bytes: -bytes, database)
            }
            try database.execute(
                sql: "DELETE FROM acceptedIds WHERE acceptedAt <= ?",
                arguments: [now - limits.acceptedIDLifetime.milliseconds])
            return gone.count
        }
    }

    /// What an accepted id stood for.
    private static func acceptedDigest(
        of id: Data, from sender: Int64, to recipient: Int64, _ database: Database
    ) throws -> Data? {
        try Data.fetchOne(
            database.cachedStatement(
                sql: "SELECT digest FROM acceptedIds WHERE senderKey = ? AND deviceKey = ? AND messageId = ?"),
            arguments: [sender, recipient, id])
    }

    /// - Throws: The `Problem` of a condition that does not hold.
    private static func check(
        _ conditions: SendConditions, of envelope: Envelope, _ database: Database
    ) throws {
        let rows = try Row.fetchAll(
            database.cachedStatement(sql: "SELECT device, registrationId FROM devices WHERE userId = ?"),
            arguments: [envelope.recipientId.description])
        let registrationIDs = try rows.reduce(into: [DeviceID: UInt32]()) { ids, row in
            ids[try DeviceID(row["device"] as Int)] = row["registrationId"]
        }
        if let problem = conditions.deviceProblem(
            from: envelope.sender, to: envelope.recipient, registrationIDs: registrationIDs)
        {
            throw problem
        }
    }

    /// Makes room for a newer reading: what is older tells less than it.
    private static func dropOldest(
        from sender: Int64, to recipient: Int64, keeping limit: Int, _ database: Database
    ) throws {
        let sizes = try Int.fetchAll(
            database.cachedStatement(
                sql: """
                    DELETE FROM messages WHERE sequence IN (
                        SELECT sequence FROM messages WHERE deviceKey = ? AND senderKey = ? AND class = 1
                        ORDER BY sequence DESC LIMIT -1 OFFSET ?)
                    RETURNING byteCount
                    """), arguments: [recipient, sender, limit])
        try changeQueue(of: recipient, count: -sizes.count, bytes: -sizes.reduce(0, +), database)
    }

    private static func changeQueue(of device: Int64, count: Int, bytes: Int, _ database: Database) throws {
        guard count != 0 else { return }
        try database.cachedStatement(
            sql: """
                INSERT INTO queues (deviceKey, messageCount, byteCount) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE
                SET messageCount = messageCount + excluded.messageCount, byteCount = byteCount + excluded.byteCount
                """
        ).execute(arguments: [device, count, bytes])
    }
}

extension UUID {
    fileprivate var data: Data { withUnsafeBytes(of: uuid) { Data($0) } }

    fileprivate init?(data: Data) {
        guard data.count == 16 else { return nil }
        self = data.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
