import Database
import Foundation
import RelayAPI

/// Limits on the size and age of a device's queue.
package struct QueueLimits: Sendable {
    package var maxMessageCount = 10_000
    package var maxByteCount = 64 * 1024 * 1024
    package var durableLifetime = Duration.seconds(30 * 24 * 3600)
    package var latestLifetime = Duration.seconds(600)
    /// Maximum number of waiting `latest` messages per sender and device.
    package var maxLatestCount = 5
    /// Number of socket failures over the same message after which it is set aside.
    package var maxFailureCount = 20
    /// How long an accepted id is remembered; longer than any sender retries.
    package var acceptedIDLifetime = Duration.seconds(35 * 24 * 3600)

    package init() {}
}

extension SQLiteRelayStore {
    package func accept(_ messages: [IncomingMessage]) { commits.accept(messages) }

    package func messages(
        for address: DeviceAddress, _ part: QueuePart, maxCount: Int, maxByteCount: Int, at now: Int64
    ) async throws -> QueuePage {
        try await reading { database in
            guard let device = try Self.device(address, database)?.key else { return QueuePage() }
            let places = Place.all(of: device)
            let (isSetAside, first) =
                switch part {
                case .regular(let sequence): (false, Place.of(sequence + 1, in: device))
                case .setAside: (true, places.lowerBound)
                }
            var page = QueuePage()
            var byteCount = 0
            try database.each(
                isSetAside ? Self.setAsideQuery : Self.regularQuery, first, places.upperBound, now, maxCount
            ) { row in
                guard let id = UUID(wire: try row[1] as [UInt8]) else { return true }
                let envelope: [UInt8] = try row[2]
                byteCount += envelope.count
                page.messages.append(
                    QueuedMessage(sequence: Place.sequence(try row[0]), messageID: id, envelope: envelope))
                return byteCount < maxByteCount
            }
            if page.messages.count < maxCount, byteCount < maxByteCount {
                page.lastSequence =
                    try database.value("SELECT lastSequence FROM queues WHERE deviceKey = ?", device) ?? 0
            }
            return page
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

    package func acknowledge(_ sequences: [Int64], for address: DeviceAddress) {
        commits.remove(sequences, from: address)
    }

    package func settle() async throws { try await commits.write { _ in } }

    package func noteFailure(of sequence: Int64, for address: DeviceAddress) async throws -> Bool {
        try await commits.write { [limits] batch in
            guard let device = try batch.device(address)?.key else { return false }
            return try batch.database.value(
                """
                UPDATE messages
                SET failureCount = failureCount + 1, isSetAside = (failureCount + 1 >= ?) WHERE place = ?
                RETURNING isSetAside
                """, limits.maxFailureCount, Place.of(sequence, in: device)) ?? false
        }
    }

    package func expire(at now: Int64) async throws -> Int {
        var total = 0
        // In batches, so that no write waits for the deletion of a month of expired messages.
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

extension WriteBatch {
    static let maxExpiryCount = 1_000

    func accept(_ message: IncomingMessage, _ limits: QueueLimits) throws -> SettledMessage.Outcome {
        let envelope = message.envelope
        guard let sender = try device(envelope.sender)?.key else { throw StoreError.unknownSender }
        guard let recipient = try device(envelope.recipient)?.key else { throw StoreError.unknownRecipient }
        if envelope.class == .online {
            try check(message.conditions, of: envelope)
            return .passed
        }

        let id = envelope.messageId.wire
        if let known = try acceptedDigest(of: id, from: sender, to: recipient) {
            guard known == message.digest else { throw StoreError.messageIDConflict }
            return .duplicate
        }
        if let predecessor = message.conditions.after,
            try acceptedDigest(of: predecessor.wire, from: sender, to: recipient) == nil
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
            try delete(surplus, of: recipient)
            queue = try self.queue(of: recipient)
        }
        queue.lastSequence += 1
        queue.messageCount += 1
        queue.byteCount += message.bytes.count
        setQueue(of: recipient, queue)
        let lifetime = envelope.class == .durable ? limits.durableLifetime : limits.latestLifetime
        try database.run(
            """
            INSERT INTO messages (place, messageId, senderKey, class, expiresAt, envelope)
            VALUES (?, ?, ?, ?, ?, ?)
            """, Place.of(queue.lastSequence, in: recipient), id, sender, envelope.class.number,
            message.receivedAt + lifetime.milliseconds, message.bytes)
        try database.run(
            "INSERT INTO acceptedIds (messageId, senderKey, deviceKey, digest, acceptedAt) VALUES (?, ?, ?, ?, ?)",
            id, sender, recipient, message.digest, message.receivedAt)
        return .stored(sequence: queue.lastSequence)
    }

    private func check(_ conditions: SendConditions, of envelope: Envelope) throws {
        guard conditions.concernDevices else { return }
        let problem = conditions.deviceProblem(
            from: envelope.sender, to: envelope.recipient,
            registrationIDs: try SQLiteRelayStore.registrationIDs(of: envelope.recipientId, database))
        if let problem { throw StoreError.conditionFailed(problem) }
    }

    /// The digest of the message that was accepted under an id.
    private func acceptedDigest(
        of id: [UInt8], from sender: Int64, to recipient: Int64
    ) throws -> [UInt8]? {
        try database.value(
            "SELECT digest FROM acceptedIds WHERE messageId = ? AND senderKey = ? AND deviceKey = ?", id,
            sender,
            recipient)
    }

    /// Superseded `latest` messages: all from this sender but the newest few.
    private func latestPlaces(from sender: Int64, to recipient: Int64, beyond count: Int) throws -> [Int64] {
        let places = Place.all(of: recipient)
        return try database.values(Self.latestQuery, sender, places.lowerBound, places.upperBound, count)
    }

    static let latestQuery = """
        SELECT place FROM messages WHERE class = 1 AND senderKey = ? AND place BETWEEN ? AND ?
        ORDER BY place DESC LIMIT -1 OFFSET ?
        """

    /// Deletes acknowledged messages.
    func remove(_ sequences: [Int64], from address: DeviceAddress) throws {
        guard let device = try device(address)?.key else { return }
        try delete(sequences.map { Place.of($0, in: device) }, of: device)
    }

    /// Deletes the existing ones. They are counted first: `RETURNING` builds a temporary table each time, which doubles
    /// the cost.
    private func delete(_ places: [Int64], of device: Int64) throws {
        for stretch in places.stretches {
            let (count, byteCount) =
                try database.first(Self.sums, stretch.lowerBound, stretch.upperBound) { row in
                    (try row[0] as Int, try row[1] as Int)
                } ?? (0, 0)
            guard count > 0 else { continue }
            try database.run(Self.deletion, stretch.lowerBound, stretch.upperBound)
            try removeFromQueue(of: device, messageCount: count, byteCount: byteCount)
        }
    }

    static let sums = """
        SELECT COUNT(*), COALESCE(SUM(length(envelope)), 0) FROM messages WHERE place BETWEEN ? AND ?
        """
    static let deletion = "DELETE FROM messages WHERE place BETWEEN ? AND ?"

    fileprivate func expire(at now: Int64) throws -> Int {
        let gone = try database.all(Self.expiryQuery, now, Self.maxExpiryCount) { row in
            (device: Place.device(try row[0]), size: try row[1] as Int)
        }
        for (device, messages) in Dictionary(grouping: gone, by: \.device) {
            try removeFromQueue(
                of: device, messageCount: messages.count,
                byteCount: messages.reduce(0) { $0 + $1.size })
        }
        return gone.count
    }

    static let expiryQuery = """
        DELETE FROM messages WHERE place IN (SELECT place FROM messages WHERE expiresAt <= ? LIMIT ?)
        RETURNING place, length(envelope)
        """

    /// Returns whether there may be more.
    fileprivate func forgetAcceptedIDs(before horizon: Int64) throws -> Bool {
        let count = try database.run(
            """
            DELETE FROM acceptedIds WHERE (messageId, senderKey, deviceKey) IN (
                SELECT messageId, senderKey, deviceKey FROM acceptedIds WHERE acceptedAt <= ? LIMIT ?)
            """, horizon, Self.maxExpiryCount)
        return count == Self.maxExpiryCount
    }
}

extension DeliveryClass {
    /// The number stored in the database.
    fileprivate var number: Int {
        switch self {
        case .durable: 0
        case .latest: 1
        case .online: 2
        }
    }
}

extension [Int64] {
    /// The same numbers as contiguous ranges.
    fileprivate var stretches: [ClosedRange<Int64>] {
        sorted().reduce(into: []) { stretches, number in
            if let last = stretches.last, number <= last.upperBound + 1 {
                stretches[stretches.count - 1] = last.lowerBound...number
            } else {
                stretches.append(number...number)
            }
        }
    }
}

extension Duration {
    var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
