import Database

/// Damage by chance, as by a bad disk or a copy that was cut short: a page that is gone, or exchanged for another, may
/// take messages with it without any read failing.
extension SQLiteRelayStore {
    /// What is wrong with the file, in words; empty if nothing is found. Reads all of it.
    package func damage() async throws -> [String] {
        let lost =
            lostCommitCount > 0
            ? ["the write-ahead log was damaged, and commits behind the damage are lost: \(lostCommitCount)"]
            : []
        return lost + (try await problems())
    }

    private func problems() async throws -> [String] {
        try await reading { database in
            let problems = try database.problems(limit: 5)
            // What the tables say of each other can be read only while they hold together.
            guard problems.isEmpty else { return problems }
            return try Self.contradictions.compactMap { description, query in
                let count: Int = try database.value(query) ?? 0
                return count > 0 ? "\(description): \(count)" : nil
            }
        }
    }

    /// What cannot be in a sound database, and how often it is.
    private static let contradictions = [
        (
            "queues whose totals are not those of their messages",
            """
            SELECT COUNT(*) FROM queues LEFT JOIN (
                SELECT place >> \(QueueKey.sequenceBits) AS device, COUNT(*) AS count,
                    SUM(length(envelope)) AS byteCount, MAX(place) AS last
                FROM messages GROUP BY 1
            ) AS waiting ON waiting.device = queues.deviceKey
            WHERE messageCount <> COALESCE(count, 0) OR queues.byteCount <> COALESCE(waiting.byteCount, 0)
                OR (deviceKey << \(QueueKey.sequenceBits)) + lastSequence < COALESCE(last, 0)
            """
        ),
        (
            "messages of no queue",
            """
            SELECT COUNT(*) FROM messages
            WHERE place >> \(QueueKey.sequenceBits) NOT IN (SELECT deviceKey FROM queues)
            """
        ),
        ("rows that refer to none", "SELECT COUNT(*) FROM pragma_foreign_key_check"),
    ]
}
