import Database
import Foundation
import RelayAPI

/// The space that messages take, per peer, and the enforcement of quotas.
///
/// Triggers keep the sums correct, whatever adds or removes rows.
struct MessageUsage {
    /// A table of messages of peers.
    enum Table: String {
        case history, inbox

        /// The column that grows with each row.
        var position: String { self == .history ? "cursor" : "position" }
        var contents: String { self == .history ? "the history" : "the unread messages" }
    }

    /// The space taken by one peer or several.
    struct Size {
        var count: Int
        var byteCount: Int

        func exceeds(_ limit: MessageQuota.Limit) -> Bool {
            count > limit.count || byteCount > limit.byteCount
        }
    }

    let scope: Scope
    let table: Table

    /// Makes room after a message of `peer` was added.
    func enforce(for peer: IdentityID, messageID: UUID) throws {
        let quota = scope.quota
        let name = scope.name(of: peer, in: "history")
        let isKnown = try isKnown(name)
        let (own, all) =
            switch (isKnown, table) {
            case (true, _): (quota.perPeer, quota.total)
            case (false, .history): (quota.perStranger, quota.strangers)
            case (false, .inbox): (quota.unreadPerStranger, quota.unreadOfStrangers)
            }
        var isReduced = try reduce(name, to: own)
        while try size(ofKnown: isKnown).exceeds(all) {
            guard let largest = try largest(ofKnown: isKnown), try removeOldest(1, of: largest) > 0 else {
                break
            }
            isReduced = true
        }
        guard isReduced else { return }
        try tell(peer, isKnown: isKnown, name, limit: own, messageID: messageID)
    }

    private func isKnown(_ name: [UInt8]) throws -> Bool {
        try scope.database.exists(
            "SELECT 1 FROM messageUsage WHERE store = 'history' AND peer = ? AND isKnown", name)
    }

    private func reduce(_ name: [UInt8], to limit: MessageQuota.Limit) throws -> Bool {
        var isReduced = false
        while case let size = try size(of: name), size.exceeds(limit) {
            // By count all at once, by bytes one by one, because they differ in size.
            guard try removeOldest(max(1, size.count - limit.count), of: name) > 0 else { break }
            isReduced = true
        }
        return isReduced
    }

    func size(of name: [UInt8]) throws -> Size {
        try scope.database.first(
            "SELECT count, byteCount FROM messageUsage WHERE store = ? AND peer = ?", table.rawValue, name
        ) { row in Size(count: try row[0], byteCount: try row[1]) } ?? Size(count: 0, byteCount: 0)
    }

    private static let isKnown =
        "peer IN (SELECT peer FROM messageUsage WHERE store = 'history' AND isKnown)"

    private func size(ofKnown isKnown: Bool) throws -> Size {
        try scope.database.first(
            """
            SELECT TOTAL(count), TOTAL(byteCount) FROM messageUsage WHERE store = ? AND (\(Self.isKnown)) = ?
            """, table.rawValue, isKnown
        ) { row in
            Size(count: Int(try row[0] as Double), byteCount: Int(try row[1] as Double))
        } ?? Size(count: 0, byteCount: 0)
    }

    private func largest(ofKnown isKnown: Bool) throws -> [UInt8]? {
        try scope.database.value(
            """
            SELECT peer FROM messageUsage WHERE store = ? AND (\(Self.isKnown)) = ? AND count > 0
            ORDER BY byteCount DESC LIMIT 1
            """, table.rawValue, isKnown)
    }

    private func removeOldest(_ count: Int, of name: [UInt8]) throws -> Int {
        let position = table.position
        return try scope.database.run(
            """
            DELETE FROM \(table.rawValue) WHERE \(position) IN
                (SELECT \(position) FROM \(table.rawValue) WHERE peer = ? ORDER BY \(position) LIMIT ?)
            """, name, count)
    }

    /// Once a day for each peer, and once for all strangers: a flood must not fill the list of incidents.
    private func tell(
        _ peer: IdentityID, isKnown: Bool, _ name: [UInt8], limit: MessageQuota.Limit, messageID: UUID
    ) throws {
        let key = isKnown ? name : []
        let day = scope.now.addingTimeInterval(-86_400).milliseconds
        let told = try scope.database.run(
            """
            INSERT INTO quotaNotice (store, peer, at) VALUES (?1, ?2, ?3)
            ON CONFLICT (store, peer) DO UPDATE SET at = ?3 WHERE at NOT BETWEEN ?4 AND ?3
            """, table.rawValue, key, scope.now.milliseconds, day)
        guard told > 0 else { return }
        let cause =
            isKnown
            ? "\(table.contents) held more of \(peer) than is kept; the oldest were removed"
            : "\(table.contents) held more of peers that were never written to than is kept; the oldest of theirs were removed"
        var incidents = Transaction.Incidents(scope: scope)
        try incidents.append(cause, peer: peer.description, messageID: messageID)
        scope.rows.quotaRemovals.append(QuotaRemoval(peer: peer.description, cause: cause))
    }
}

extension Transaction.History {
    /// Deletes messages of conversations: those with a peer, those that are older than `age`, all but the newest `keep` of
    /// each peer; nil does not restrict.
    ///
    /// - Returns: The number deleted.
    package mutating func prune(
        with peer: IdentityID? = nil, olderThan age: Duration? = nil, keeping keep: Int? = nil
    ) throws -> Int {
        let names: [[UInt8]] =
            try peer.map { [scope.name(of: $0, in: "history")] }
            ?? scope.database.values("SELECT peer FROM messageUsage WHERE store = 'history' AND count > 0")
        return try names.reduce(0) { $0 + (try prune($1, olderThan: age, keeping: keep)) }
    }

    /// Deletes what is older than the quota allows.
    package mutating func removeExpired() throws {
        if let age = scope.quota.maxAge { _ = try prune(olderThan: age) }
    }

    private func prune(_ name: [UInt8], olderThan age: Duration?, keeping keep: Int?) throws -> Int {
        var end = Int64.max
        if let keep {
            // The oldest to keep; if there are fewer, nothing is deleted.
            end =
                try scope.database.value(
                    "SELECT cursor FROM history WHERE peer = ? ORDER BY cursor DESC LIMIT 1 OFFSET ?", name,
                    max(0, keep - 1)) ?? 0
            if keep == 0 { end = .max }
        }
        if let age { end = min(end, try firstCursor(of: name, notOlderThan: age)) }
        return try scope.database.run("DELETE FROM history WHERE peer = ? AND cursor < ?", name, end)
    }

    /// Cursors grow with time: the first that is young enough ends the search.
    private func firstCursor(of name: [UInt8], notOlderThan age: Duration) throws -> Int64 {
        let limit = scope.now.addingTimeInterval(-age.seconds)
        var first = Int64.max
        try scope.database.each(
            "SELECT cursor, sealed FROM history WHERE peer = ? ORDER BY cursor", name
        ) { row in
            let cursor: Int64 = try row[0]
            let isOld = try date(ofSealed: row[1], at: cursor) < limit
            if !isOld { first = cursor }
            return isOld
        }
        return first
    }

    /// Deletes one message.
    ///
    /// - Returns: Whether it was there.
    package mutating func remove(_ messageID: UUID) throws -> Bool {
        try scope.database.run("DELETE FROM history WHERE message = ?", scope.name(of: messageID)) > 0
    }

    /// How many messages there are, and the bytes they take.
    package func size() throws -> (count: Int, byteCount: Int) {
        try scope.database.first(
            "SELECT COUNT(*), COALESCE(SUM(LENGTH(sealed)), 0) FROM history"
        ) { row in (try row[0], try row[1]) } ?? (0, 0)
    }
}
