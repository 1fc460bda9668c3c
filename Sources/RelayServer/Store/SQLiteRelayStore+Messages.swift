import Database
import Foundation
import RelayAPI

extension SQLiteRelayStore {
    /// Queues envelopes whose conditions hold, after those accepted before, and notifies their sinks; many share one
    /// commit.
    ///
    /// An envelope of class `online` is checked in the same way but not stored.
    package func accept(_ messages: [IncomingMessage]) { commits.accept(messages) }

    /// Messages of a device, oldest first: at most `maxCount`, stopping once `maxByteCount` is reached.
    package func messages(
        for address: DeviceAddress, _ part: QueuePart, maxCount: Int, maxByteCount: Int, at now: Int64
    ) async throws -> QueuePage {
        try await reading { database in
            guard let device = try Self.device(address, database)?.key else { return QueuePage() }
            let places = QueueKey.all(of: device)
            let (isSetAside, first) =
                switch part {
                case .regular(let sequence): (false, QueueKey.of(sequence + 1, in: device))
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
                    QueuedMessage(sequence: QueueKey.sequence(try row[0]), messageID: id, envelope: envelope))
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

    /// Deletes acknowledged messages. Deferred and batched; if it fails, the messages are deleted after the next
    /// delivery.
    package func acknowledge(_ sequences: [Int64], for address: DeviceAddress) {
        commits.remove(sequences, from: address)
    }

    /// Returns once every earlier write is on disk or has failed.
    package func settle() async throws { try await commits.write { _ in } }

    /// Records that a device's socket broke over this message; after too many times it is set aside. Returns whether it
    /// is now.
    package func noteFailure(of sequence: Int64, for address: DeviceAddress) async throws -> Bool {
        try await commits.write { [limits] batch in
            guard let device = try batch.device(address)?.key else { return false }
            return try batch.database.value(
                """
                UPDATE messages
                SET failureCount = failureCount + 1, isSetAside = (failureCount + 1 >= ?) WHERE place = ?
                RETURNING isSetAside
                """, limits.maxFailureCount, QueueKey.of(sequence, in: device)) ?? false
        }
    }

    /// Deletes expired data, and returns the number of messages deleted. Remembers the time.
    package func expire(at now: Int64) async throws -> Int {
        var total = 0
        // In batches, so that no write waits for the deletion of a month of expired messages.
        while true {
            let count = try await commits.write { batch in try batch.expire(at: now) }
            total += count
            if count < WriteBatch.maxExpiryCount { break }
        }
        while try await commits.write({ try $0.forgetAcceptedIDs(at: now) }) {}
        let horizon = now - (limits.durableLifetime + limits.acceptedIDs.lifetime).milliseconds
        _ = try await commits.write { try $0.database.run(WriteBatch.formerExpiry, horizon) }
        _ = try await commits.write {
            try $0.database.run(
                "INSERT INTO clock (id, lastSeen) VALUES (1, ?) ON CONFLICT DO UPDATE SET lastSeen = ?", now,
                now)
        }
        return total
    }

    /// The time of the last expiry; nil if there was none or it cannot be read.
    package var lastSeen: Int64? {
        try? writer.performAndWait { try $0.value("SELECT lastSeen FROM clock WHERE id = 1") }
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
        let size = message.bytes.count
        try checkRoom(for: size, after: surplus.count, in: recipient, of: envelope, limits)

        if !surplus.isEmpty { try delete(surplus, of: recipient) }
        let sequence = try count(size, in: recipient, from: envelope.senderId.description)
        let known = try rememberID(from: envelope.senderId.description)
        let lifetime = envelope.class == .durable ? limits.durableLifetime : limits.latestLifetime
        try database.run(
            """
            INSERT INTO messages (place, messageId, senderKey, class, expiresAt, envelope)
            VALUES (?, ?, ?, ?, ?, ?)
            """, QueueKey.of(sequence, in: recipient), id, sender, envelope.class.number,
            message.receivedAt + lifetime.milliseconds, message.bytes)
        let memory = limits.acceptedIDs.lifetime(of: envelope.class, after: known)
        try database.run(
            "INSERT INTO acceptedIds (messageId, senderKey, deviceKey, digest, forgetAt) VALUES (?, ?, ?, ?, ?)",
            id, sender, recipient, message.digest, message.receivedAt + memory.milliseconds)
        return .stored(sequence: sequence)
    }

    /// Checks every limit that a message of `size` bytes would reach; `surplus` messages of the same sender make room
    /// for it.
    private func checkRoom(
        for size: Int, after surplus: Int, in recipient: Int64, of envelope: Envelope, _ limits: QueueLimits
    ) throws {
        func isFull(_ sum: Sum, _ maxMessageCount: Int, _ maxByteCount: Int) -> Bool {
            sum.messageCount - surplus >= maxMessageCount || sum.byteCount + size > maxByteCount
        }
        let queue = try queue(of: recipient)
        guard !isFull(queue.sum, limits.maxMessageCount, limits.maxByteCount),
            try !isFull(
                account(envelope.recipientId.description), limits.maxAccountMessageCount,
                limits.maxAccountByteCount)
        else { throw StoreError.queueFull }
        let sender = envelope.senderId.description
        guard
            try !isFull(
                share(of: sender, in: recipient), limits.maxShareMessageCount, limits.maxShareByteCount)
        else { throw StoreError.shareFull }
        guard
            try !isFull(self.sender(sender).sum, limits.maxSenderMessageCount, limits.maxSenderByteCount)
        else { throw StoreError.senderFull }
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
        let places = QueueKey.all(of: recipient)
        return try database.values(Self.latestQuery, sender, places.lowerBound, places.upperBound, count)
    }

    static let latestQuery = """
        SELECT place FROM messages WHERE class = 1 AND senderKey = ? AND place BETWEEN ? AND ?
        ORDER BY place DESC LIMIT -1 OFFSET ?
        """

    /// Deletes acknowledged messages.
    func remove(_ sequences: [Int64], from address: DeviceAddress) throws {
        guard let device = try device(address)?.key else { return }
        try delete(sequences.map { QueueKey.of($0, in: device) }, of: device)
    }

    /// Deletes the existing ones. They are read first: `RETURNING` builds a temporary table each time, which doubles
    /// the cost.
    private func delete(_ places: [Int64], of device: Int64) throws {
        for stretch in places.stretches {
            var gone: [Int64: Sum] = [:]
            try database.each(Self.sizes, stretch.lowerBound, stretch.upperBound) { row in
                gone[try row[0], default: Sum()].add(1, byteCount: try row[1])
                return true
            }
            guard !gone.isEmpty else { continue }
            try database.run(Self.deletion, stretch.lowerBound, stretch.upperBound)
            for (sender, sum) in gone { try uncount(sum, in: device, from: sender) }
        }
    }

    static let sizes = "SELECT senderKey, length(envelope) FROM messages WHERE place BETWEEN ? AND ?"
    static let deletion = "DELETE FROM messages WHERE place BETWEEN ? AND ?"

    fileprivate func expire(at now: Int64) throws -> Int {
        var count = 0
        var gone: [Int64: [Int64: Sum]] = [:]
        try database.each(Self.expiryQuery, now, Self.maxExpiryCount) { row in
            let (place, sender): (Int64, Int64) = (try row[0], try row[1])
            gone[QueueKey.device(place), default: [:]][sender, default: Sum()].add(1, byteCount: try row[2])
            count += 1
            return true
        }
        for (device, senders) in gone {
            for (sender, sum) in senders { try uncount(sum, in: device, from: sender) }
        }
        return count
    }

    static let expiryQuery = """
        DELETE FROM messages WHERE place IN (SELECT place FROM messages WHERE expiresAt <= ? LIMIT ?)
        RETURNING place, senderKey, length(envelope)
        """

    /// Returns whether there may be more.
    fileprivate func forgetAcceptedIDs(at now: Int64) throws -> Bool {
        var count = 0
        var gone: [Int64: Int] = [:]
        try database.each(Self.idExpiry, now, Self.maxExpiryCount) { row in
            gone[try row[0], default: 0] += 1
            count += 1
            return true
        }
        for (sender, count) in gone { try forgetIDs(count, from: sender) }
        return count == Self.maxExpiryCount
    }

    static let idExpiry = """
        DELETE FROM acceptedIds WHERE (messageId, senderKey, deviceKey) IN (
            SELECT messageId, senderKey, deviceKey FROM acceptedIds WHERE forgetAt <= ? LIMIT ?)
        RETURNING senderKey
        """
    static let formerExpiry = "DELETE FROM formerDevices WHERE removedAt <= ?"
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
