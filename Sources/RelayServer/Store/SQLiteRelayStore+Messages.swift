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
    /// How often a socket may break over the same message before that is set aside.
    package var maxFailureCount = 20
    /// How long an accepted id is remembered, beyond what a sender would still retry.
    package var acceptedIDLifetime = Duration.seconds(35 * 24 * 3600)

    package init() {}
}

extension SQLiteRelayStore {
    package func accept(
        _ envelope: Envelope, if conditions: SendConditions, at now: Int64,
        done: @escaping @Sendable (Result<MessageReceipt.Outcome, any Error>) -> Void
    ) {
        let message = Message(envelope, conditions)
        commits.submit(.now, { [limits] batch in try batch.accept(message, limits, at: now) }, done: done)
    }

    package func messages(
        for address: DeviceAddress, _ part: QueuePart, maxCount: Int, maxByteCount: Int, at now: Int64
    ) async throws -> [QueuedMessage] {
        try await reading { database in
            guard let device = try Self.device(address, database)?.key else { return [] }
            let places = Place.all(of: device)
            let (isSetAside, first) =
                switch part {
                case .regular(let sequence): (false, Place.of(sequence + 1, in: device))
                case .setAside: (true, places.lowerBound)
                }
            let rows = try Row.fetchCursor(
                database.cachedStatement(sql: isSetAside ? Self.setAsideQuery : Self.regularQuery),
                arguments: [first, places.upperBound, now, maxCount])
            var messages: [QueuedMessage] = []
            var byteCount = 0
            while byteCount < maxByteCount, let row = try rows.next() {
                guard let id = UUID(wire: row[1] as Data) else { continue }
                let envelope: Data = row[2]
                byteCount += envelope.count
                messages.append(
                    QueuedMessage(sequence: Place.sequence(row[0]), messageID: id, envelope: envelope))
            }
            return messages
        }
    }

    static let regularQuery = """
        SELECT place, messageId, envelope FROM messages
        WHERE place BETWEEN ? AND ? AND expiresAt > ? AND isSetAside = 0 ORDER BY place LIMIT ?
        """
    static let setAsideQuery = """
        SELECT place, messageId, envelope FROM messages INDEXED BY messagesSetAside
        WHERE place BETWEEN ? AND ? AND expiresAt > ? AND isSetAside = 1 ORDER BY place LIMIT ?
        """

    package func acknowledge(
        _ sequences: [Int64], for address: DeviceAddress,
        done: @escaping @Sendable (Result<Int, any Error>) -> Void
    ) {
        commits.submit(
            .soon,
            { batch in
                guard let device = try batch.device(address)?.key else { return 0 }
                let statement = try batch.database.cachedStatement(
                    sql: "DELETE FROM messages WHERE place = ? RETURNING length(envelope)")
                let sizes = try sequences.compactMap { sequence in
                    try Int.fetchOne(statement, arguments: [Place.of(sequence, in: device)])
                }
                try batch.removeFromQueue(of: device, sizes: sizes)
                return sizes.count
            }, done: done)
    }

    package func settle() async throws { try await commits.write { _ in } }

    package func noteFailure(of sequence: Int64, for address: DeviceAddress) async throws -> Bool {
        try await commits.write { [limits] batch in
            guard let device = try batch.device(address)?.key else { return false }
            return try Bool.fetchOne(
                batch.database.cachedStatement(
                    sql: """
                        UPDATE messages
                        SET failureCount = failureCount + 1, isSetAside = (failureCount + 1 >= ?) WHERE place = ?
                        RETURNING isSetAside
                        """), arguments: [limits.maxFailureCount, Place.of(sequence, in: device)]) ?? false
        }
    }

    package func expire(at now: Int64) async throws -> Int {
        var total = 0
        // In parts, so that nobody's message waits behind a month of expired ones.
        while true {
            let count = try await commits.write { batch in try batch.expire(at: now) }
            total += count
            if count < WriteBatch.maxExpiryCount { break }
        }
        let horizon = now - limits.acceptedIDLifetime.milliseconds
        while try await commits.write({ try $0.forgetAcceptedIDs(before: horizon) }) {}
        return total
    }
}

/// An envelope and what the store keeps of it, worked out before the transaction.
private struct Message: Sendable {
    let envelope: Envelope
    let conditions: SendConditions
    let bytes: Data
    /// Tells a repeated message from another one under the same id.
    let digest: Data

    init(_ envelope: Envelope, _ conditions: SendConditions) {
        self.envelope = envelope
        self.conditions = conditions
        bytes = Data(envelope.protobuf)
        digest = Data(SHA256.hash(data: envelope.body.bytes))
    }
}

extension WriteBatch {
    static let maxExpiryCount = 1_000

    fileprivate func accept(_ message: Message, _ limits: QueueLimits, at now: Int64) throws
        -> MessageReceipt.Outcome
    {
        let envelope = message.envelope
        guard let sender = try device(envelope.sender)?.key else { throw StoreError.unknownSender }
        guard let recipient = try device(envelope.recipient)?.key else { throw StoreError.unknownRecipient }
        if envelope.class == .online {
            try check(message.conditions, of: envelope)
            return .accepted
        }

        let id = Data(envelope.messageId.wire)
        if let known = try acceptedDigest(of: id, from: sender, to: recipient) {
            guard known == message.digest else { throw StoreError.messageIDConflict }
            return .duplicate
        }
        if let predecessor = message.conditions.after,
            try acceptedDigest(of: Data(predecessor.wire), from: sender, to: recipient) == nil
        {
            throw StoreError.predecessorMissing
        }
        try check(message.conditions, of: envelope)
        var surplus: [Int64] = []
        if envelope.class == .latest {
            surplus = try latestPlaces(from: sender, to: recipient, beyond: limits.maxLatestCount - 1)
        }
        var queue = try queue(of: recipient)
        guard queue.messageCount - surplus.count < limits.maxMessageCount,
            queue.byteCount + message.bytes.count <= limits.maxByteCount
        else { throw StoreError.queueFull }

        if !surplus.isEmpty {
            try removeFromQueue(of: recipient, sizes: try delete(surplus))
            queue = try self.queue(of: recipient)
        }
        queue.lastSequence += 1
        queue.messageCount += 1
        queue.byteCount += message.bytes.count
        setQueue(of: recipient, queue)
        let lifetime = envelope.class == .durable ? limits.durableLifetime : limits.latestLifetime
        try database.cachedStatement(
            sql: """
                INSERT INTO messages (place, messageId, senderKey, class, expiresAt, envelope)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            Place.of(queue.lastSequence, in: recipient), id, sender, envelope.class.number,
            now + lifetime.milliseconds, message.bytes,
        ])
        try database.cachedStatement(
            sql: """
                INSERT INTO acceptedIds (messageId, senderKey, deviceKey, digest, acceptedAt) VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [id, sender, recipient, message.digest, now])
        return .accepted
    }

    private func check(_ conditions: SendConditions, of envelope: Envelope) throws {
        guard conditions.concernDevices else { return }
        let problem = conditions.deviceProblem(
            from: envelope.sender, to: envelope.recipient,
            registrationIDs: try SQLiteRelayStore.registrationIDs(of: envelope.recipientId, database))
        if let problem { throw StoreError.conditionFailed(problem) }
    }

    /// What an accepted id stood for.
    private func acceptedDigest(of id: Data, from sender: Int64, to recipient: Int64) throws -> Data? {
        try Data.fetchOne(
            database.cachedStatement(
                sql: "SELECT digest FROM acceptedIds WHERE messageId = ? AND senderKey = ? AND deviceKey = ?"),
            arguments: [id, sender, recipient])
    }

    /// Readings that a newer one makes worthless: all of this sender's but the newest few.
    private func latestPlaces(from sender: Int64, to recipient: Int64, beyond count: Int) throws -> [Int64] {
        let places = Place.all(of: recipient)
        return try Int64.fetchAll(
            database.cachedStatement(sql: Self.latestQuery),
            arguments: [sender, places.lowerBound, places.upperBound, count])
    }

    static let latestQuery = """
        SELECT place FROM messages WHERE class = 1 AND senderKey = ? AND place BETWEEN ? AND ?
        ORDER BY place DESC LIMIT -1 OFFSET ?
        """

    private func delete(_ places: [Int64]) throws -> [Int] {
        let statement = try database.cachedStatement(
            sql: "DELETE FROM messages WHERE place = ? RETURNING length(envelope)")
        return try places.compactMap { try Int.fetchOne(statement, arguments: [$0]) }
    }

    fileprivate func expire(at now: Int64) throws -> Int {
        let gone = try Row.fetchAll(
            database.cachedStatement(sql: Self.expiryQuery), arguments: [now, Self.maxExpiryCount])
        for (device, rows) in Dictionary(grouping: gone, by: { Place.device($0[0]) }) {
            try removeFromQueue(of: device, sizes: rows.map { $0[1] })
        }
        return gone.count
    }

    static let expiryQuery = """
        DELETE FROM messages WHERE place IN (SELECT place FROM messages WHERE expiresAt <= ? LIMIT ?)
        RETURNING place, length(envelope)
        """

    /// Says whether there may be more.
    fileprivate func forgetAcceptedIDs(before horizon: Int64) throws -> Bool {
        try database.cachedStatement(
            sql: """
                DELETE FROM acceptedIds WHERE (messageId, senderKey, deviceKey) IN (
                    SELECT messageId, senderKey, deviceKey FROM acceptedIds WHERE acceptedAt <= ? LIMIT ?)
                """
        ).execute(arguments: [horizon, Self.maxExpiryCount])
        return database.changesCount == Self.maxExpiryCount
    }
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
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
