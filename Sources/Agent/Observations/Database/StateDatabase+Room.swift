import Database
import Synchronization

/// What grows by what others send is bounded, each for itself: readings never make way for conversations, nor one
/// asker's conversation for another's as long as there is a larger one.
extension StateDatabase {
    /// How many bytes may be kept.
    package struct Room: Sendable {
        /// Of readings: a probe that was taken over must not fill the disk.
        package var readings = 2 << 30
        /// Of questions and answers with their tool calls.
        package var conversations = 512 << 20
    }

    /// Says when to measure: first, and whenever a sixteenth of the room was added since.
    final class Growth: Sendable {
        private let added = Mutex<Int?>(nil)

        func isDue(after byteCount: Int, of room: Int) -> Bool {
            added.withLock { added in
                guard let before = added, before + byteCount <= room / 16 else {
                    added = 0
                    return true
                }
                added = before + byteCount
                return false
            }
        }
    }

    /// What a row takes beside its content.
    private static let rowByteCount = 256

    /// The bytes of columns together, and of a row.
    private static func size(_ columns: String...) -> String {
        columns.map { "COALESCE(length(CAST(\($0) AS BLOB)), 0) + " }.joined() + "\(rowByteCount)"
    }

    private static let messageSize = size("text", "remembered", "reply")
    private static let callSize = size("arguments", "output")

    /// Removes the readings that came first, once they take more than `byteCount`: a tenth of it. The newest one stays.
    static func removeReadings(beyond byteCount: Int, _ database: Connection) throws {
        var (sum, cut): (Int, Int64?) = (0, nil)
        try database.each("SELECT id, length(sample) FROM snapshots ORDER BY id DESC") { row in
            sum += try row[1] + rowByteCount
            if cut == nil, sum > byteCount / 10 * 9 { cut = try row[0] }
            return sum <= byteCount
        }
        guard sum > byteCount, let cut else { return }
        try database.run(
            "DELETE FROM snapshots WHERE id <= ? AND id < (SELECT MAX(id) FROM snapshots)", cut)
    }

    /// Removes the oldest texts of the askers who take the most, once all take more than `byteCount`.
    static func removeConversations(beyond byteCount: Int, _ database: Connection) throws {
        let sizes = try database.all(
            """
            SELECT asker, SUM(size) FROM (
                SELECT asker, \(messageSize) AS size FROM chat_messages
                UNION ALL SELECT asker, \(callSize) FROM tool_calls
            ) GROUP BY 1
            """
        ) { row in (asker: try row[0] as String, size: try row[1] as Int) }
        guard sizes.reduce(0, { $0 + $1.size }) > byteCount else { return }
        let share = largestShare(of: sizes.map(\.size), within: byteCount / 10 * 9)
        for (asker, size) in sizes where size > share {
            try removeConversation(of: asker, beyond: share, database)
        }
    }

    /// The most that each may take where all that take less keep it all.
    static func largestShare(of sizes: [Int], within total: Int) -> Int {
        var rest = total
        for (index, size) in sizes.sorted().enumerated() {
            let share = rest / (sizes.count - index)
            guard size <= share else { return share }
            rest -= size
        }
        return total
    }

    private static func removeConversation(
        of asker: String, beyond byteCount: Int, _ database: Connection
    ) throws {
        var (sum, cut): (Int, Int64?) = (0, nil)
        try database.each(
            """
            SELECT at, \(messageSize) + COALESCE((
                SELECT SUM(\(callSize)) FROM tool_calls AS c
                WHERE role = 'assistant' AND c.asker = m.asker AND c.requestId = m.requestId), 0)
            FROM chat_messages AS m WHERE asker = ? ORDER BY at DESC, id DESC
            """, asker
        ) { row in
            sum += try row[1]
            if sum > byteCount { cut = try row[0] }
            return cut == nil
        }
        if let cut { try forgetConversations(before: cut + 1, of: asker, database) }
    }
}
