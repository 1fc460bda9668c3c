import Database
import Foundation
import RelayAPI
import SignalProtocol

/// The tables of a store. Migrations are only ever appended, and use no type of the application but
/// `Envelope` and `SessionRecord`, for forms that do not change.
///
/// Every column named `sealed` holds a sealed value, every `BLOB` that names a row is a keyed hash. In the clear stand
/// ids of prekeys, positions, delivery states and times (milliseconds since 1970).
enum KeyStoreSchema {
    /// Rejects a file with triggers or views that are not the schema's: they would run whenever its rows change.
    /// Whoever can write to a file, or to a backup on its way, could put them in.
    ///
    /// - Throws: `KeyStoreError.damaged`.
    static func rejectForeignStatements(in database: Connection, at path: String) throws {
        let found: [String] = try database.values(
            "SELECT sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
        // How a statement is laid out says nothing.
        func words(_ sql: String) -> [Substring] { sql.split(whereSeparator: \.isWhitespace) }
        guard Set(found.map(words)).isSubset(of: MessageUsage.triggers.map(words)) else {
            throw KeyStoreError.damaged(
                path: path, reason: "it holds statements that SysMaint did not put there; somebody changed it"
            )
        }
    }

    static func migrations(sealer: RowSealer) -> Migrations {
        var migrations = Migrations()
        migrations.add(
            "v1 keys",
            sql: """
                CREATE TABLE keyWrap (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    salt BLOB NOT NULL,
                    rounds INTEGER NOT NULL,
                    blockSize INTEGER NOT NULL,
                    parallelism INTEGER NOT NULL,
                    sealed BLOB NOT NULL,
                    checksum BLOB NOT NULL
                ) STRICT;
                CREATE TABLE setting (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
                CREATE TABLE identity (peer BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
                CREATE TABLE session (address BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
                CREATE TABLE senderKey (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
                CREATE TABLE preKey (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
                CREATE TABLE signedPreKey (
                    id INTEGER PRIMARY KEY,
                    sealed BLOB NOT NULL,
                    madeAt INTEGER NOT NULL,
                    replacedAt INTEGER
                ) STRICT;
                CREATE TABLE kyberPreKey (
                    id INTEGER PRIMARY KEY,
                    sealed BLOB NOT NULL,
                    isLastResort INTEGER NOT NULL,
                    madeAt INTEGER NOT NULL,
                    replacedAt INTEGER
                ) STRICT;
                CREATE TABLE kyberBaseKey (
                    kyberPreKeyID INTEGER NOT NULL REFERENCES kyberPreKey (id) ON DELETE CASCADE,
                    name BLOB NOT NULL,
                    PRIMARY KEY (kyberPreKeyID, name)
                ) STRICT, WITHOUT ROWID;
                """)
        migrations.add(
            "v2 messages",
            sql: """
                CREATE TABLE outbox (
                    position INTEGER PRIMARY KEY AUTOINCREMENT,
                    recipient BLOB NOT NULL,
                    message BLOB NOT NULL,
                    topic BLOB,
                    expiresAt INTEGER NOT NULL,
                    sealed BLOB NOT NULL,
                    UNIQUE (message, recipient)
                ) STRICT;
                CREATE INDEX outboxByRecipient ON outbox (recipient, position);
                CREATE INDEX outboxByTopic ON outbox (topic) WHERE topic IS NOT NULL;
                CREATE INDEX outboxByExpiry ON outbox (expiresAt);
                CREATE TABLE inbox (
                    position INTEGER PRIMARY KEY AUTOINCREMENT,
                    message BLOB NOT NULL,
                    sealed BLOB NOT NULL
                ) STRICT;
                CREATE INDEX inboxByMessage ON inbox (message);
                CREATE TABLE seenMessage (
                    name BLOB PRIMARY KEY,
                    at INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX seenMessageByTime ON seenMessage (at);
                CREATE TABLE history (
                    cursor INTEGER PRIMARY KEY AUTOINCREMENT,
                    message BLOB NOT NULL,
                    peer BLOB NOT NULL,
                    delivery TEXT CHECK (delivery IN ('queued', 'onRelay', 'onDevice', 'failed')),
                    sealed BLOB NOT NULL
                ) STRICT;
                CREATE INDEX historyByMessage ON history (message);
                CREATE INDEX historyByPeer ON history (peer, cursor);
                CREATE TABLE incident (
                    position INTEGER PRIMARY KEY AUTOINCREMENT,
                    sealed BLOB NOT NULL
                ) STRICT;
                """)
        migrations.add(
            "v3 age of sessions",
            sql: """
                -- A keyed hash of the current session's base key, and when a session of that name came first.
                ALTER TABLE session ADD COLUMN name BLOB;
                ALTER TABLE session ADD COLUMN begunAt INTEGER;
                """)
        migrations.add("v4 outbox in wire form") { database in
            try OutboxRow.rewriteAll(in: database, sealer: sealer)
            // Keys of groups, which nothing ever wrote.
            try database.execute("DROP TABLE senderKey")
        }
        migrations.add("sessions and messages by identity key") { database in
            try database.execute(
                """
                -- Messages under keys that nobody has approved; `key` is a keyed hash of the peer and the key.
                CREATE TABLE heldMessage (
                    position INTEGER PRIMARY KEY AUTOINCREMENT,
                    key BLOB NOT NULL,
                    sealed BLOB NOT NULL
                ) STRICT;
                CREATE INDEX heldMessageByKey ON heldMessage (key, position);
                """)
            try IdentityRow.separateKeys(in: database, sealer: sealer)
        }
        migrations.add(
            "parts of sessions",
            sql: """
                -- 0 where `sealed` is a whole record, as earlier versions wrote it.
                ALTER TABLE session ADD COLUMN partDepth INTEGER NOT NULL DEFAULT 0;
                CREATE TABLE sessionPart (
                    id INTEGER PRIMARY KEY,
                    address BLOB NOT NULL,
                    name BLOB NOT NULL,
                    sealed BLOB NOT NULL,
                    UNIQUE (address, name)
                ) STRICT;
                -- Grows with every change of a session and every prekey; see StoreMark.
                CREATE TABLE step (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;
                INSERT INTO step (id, value) VALUES (1, 0);
                """)
        migrations.add("usage of peers", sql: MessageUsage.schema)
        return migrations
    }
}

extension MessageUsage {
    /// What each peer's messages take up, kept by triggers. `isKnown` stands in the rows of the history: whether the owner
    /// has ever written to the peer.
    fileprivate static let triggers = [("history", "NEW.delivery IS NOT NULL"), ("inbox", "FALSE")].flatMap {
        table, isKnown in
        [
            """
            CREATE TRIGGER \(table)Added AFTER INSERT ON \(table) WHEN NEW.peer IS NOT NULL BEGIN
                INSERT INTO messageUsage (store, peer, count, byteCount, isKnown)
                VALUES ('\(table)', NEW.peer, 1, LENGTH(NEW.sealed), \(isKnown))
                ON CONFLICT (store, peer) DO UPDATE SET count = count + 1,
                    byteCount = byteCount + excluded.byteCount, isKnown = MAX(isKnown, excluded.isKnown);
            END
            """,
            """
            CREATE TRIGGER \(table)Changed AFTER UPDATE OF sealed ON \(table) WHEN NEW.peer IS NOT NULL BEGIN
                UPDATE messageUsage SET byteCount = byteCount + LENGTH(NEW.sealed) - LENGTH(OLD.sealed)
                WHERE store = '\(table)' AND peer = NEW.peer;
            END
            """,
            """
            CREATE TRIGGER \(table)Removed AFTER DELETE ON \(table) WHEN OLD.peer IS NOT NULL BEGIN
                UPDATE messageUsage SET count = count - 1, byteCount = byteCount - LENGTH(OLD.sealed)
                WHERE store = '\(table)' AND peer = OLD.peer;
                DELETE FROM messageUsage
                WHERE store = '\(table)' AND peer = OLD.peer AND count = 0 AND NOT isKnown;
            END
            """,
        ]
    }

    fileprivate static var schema: String {
        """
        CREATE TABLE messageUsage (
            store TEXT NOT NULL,
            peer BLOB NOT NULL,
            count INTEGER NOT NULL,
            byteCount INTEGER NOT NULL,
            isKnown INTEGER NOT NULL,
            PRIMARY KEY (store, peer)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO messageUsage
            SELECT 'history', peer, COUNT(*), SUM(LENGTH(sealed)), MAX(delivery IS NOT NULL)
            FROM history GROUP BY peer;
        -- When it was last told that messages were removed; of strangers under an empty name.
        CREATE TABLE quotaNotice (
            store TEXT NOT NULL,
            peer BLOB NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (store, peer)
        ) STRICT, WITHOUT ROWID;
        -- Null in rows of earlier versions.
        ALTER TABLE inbox ADD COLUMN peer BLOB;
        CREATE INDEX inboxByPeer ON inbox (peer, position) WHERE peer IS NOT NULL;
        \(triggers.map { "\($0);" }.joined(separator: "\n"))
        """
    }
}

/// What is sealed in a row of the outbox: before version 4 with the envelope as JSON, and beside a copy of what it says.
private struct OutboxRow: Codable {
    var registrationID: UInt32?
    var envelope: Data
    var content: Data?

    /// Puts waiting envelopes into the form that goes to the relay.
    static func rewriteAll(in database: Connection, sealer: RowSealer) throws {
        let positions: [Int64] = try database.values("SELECT position FROM outbox")
        for position in positions {
            let rowID = RowSealer.RowID("outbox", id: position)
            let sealed = try database.value("SELECT sealed FROM outbox WHERE position = ?", position) ?? []
            guard var row = try? sealer.open(OutboxRow.self, sealed, at: rowID),
                let envelope = try? JSONDecoder().decode(Envelope.self, from: row.envelope)
            else {
                try giveUp(position, in: database, sealer: sealer)
                continue
            }
            row.envelope = Data(envelope.protobuf)
            try database.run(
                "UPDATE outbox SET sealed = ? WHERE position = ?", try sealer.seal(row, at: rowID), position)
        }
    }

    /// One message that cannot be read must not keep the store closed: it is given up, and an incident tells of it.
    private static func giveUp(_ position: Int64, in database: Connection, sealer: RowSealer) throws {
        try database.run(
            """
            UPDATE history SET delivery = 'failed'
            WHERE delivery = 'queued' AND message = (SELECT message FROM outbox WHERE position = ?)
            """, position)
        try database.run("DELETE FROM outbox WHERE position = ?", position)
        let id =
            (try database.value("SELECT seq FROM sqlite_sequence WHERE name = 'incident'") ?? 0) + Int64(1)
        let incident = IncidentRow(
            at: Date(), peer: "unknown", messageID: UUID(),
            cause: "a message in the outbox was damaged and could not be sent")
        try database.run(
            "INSERT INTO incident (position, sealed) VALUES (?, ?)", id,
            try sealer.seal(incident, at: RowSealer.RowID("incident", id: id)))
    }

    private struct IncidentRow: Codable {
        let at: Date
        let peer: String
        let messageID: UUID
        let cause: String
    }
}

/// What was sealed in a row of the identities before sessions were kept apart by key: the approved key, one that waited
/// for approval, those approved before, and the devices with sessions under any of them.
private struct IdentityRow: Codable {
    let name: String
    let approvedKey: Data
    let changedKey: Data?
    let changedAt: Date?
    let firstSeenAt: Date
    let devices: [UInt8]
    let retiredKeys: [Data]

    /// As it is sealed from then on.
    private struct Separated: Codable {
        struct Known: Codable {
            let key: Data
            let standing: String
            let firstSeenAt: Date
            var devices: [UInt8] = []
        }

        let name: String
        var keys: [Known]
        let keyOfUnmarkedMessages: Data
    }

    /// Gives each key its standing and its sessions. Nobody knows any more how the approved one was approved: it counts
    /// as approved on first use.
    static func separateKeys(in database: Connection, sealer: RowSealer) throws {
        let names: [[UInt8]] = try database.values("SELECT peer FROM identity")
        for name in names {
            let rowID = RowSealer.RowID("identity", name)
            let sealed = try database.value("SELECT sealed FROM identity WHERE peer = ?", name) ?? []
            let row = try sealer.open(IdentityRow.self, sealed, at: rowID)
            var separated = row.separated
            separated.keys[0].devices = row.devices
            for device in row.devices {
                for key in try row.separateSessions(with: device, in: database, sealer: sealer) {
                    guard let known = separated.keys.dropFirst().firstIndex(where: { $0.key == key }) else {
                        continue
                    }
                    separated.keys[known].devices.append(device)
                }
            }
            try database.run(
                "UPDATE identity SET sealed = ? WHERE peer = ?", try sealer.seal(separated, at: rowID), name)
        }
    }

    private var separated: Separated {
        typealias Known = Separated.Known
        var keys = [Known(key: approvedKey, standing: "first-use", firstSeenAt: firstSeenAt)]
        keys += retiredKeys.map { Known(key: $0, standing: "retired", firstSeenAt: firstSeenAt) }
        if let changedKey {
            keys.removeAll { $0.key == changedKey }
            keys.append(
                Known(key: changedKey, standing: "unapproved", firstSeenAt: changedAt ?? firstSeenAt))
        }
        return Separated(name: name, keys: keys, keyOfUnmarkedMessages: approvedKey)
    }

    /// - Returns: The keys that there are sessions under, in their wire form.
    private func separateSessions(
        with device: UInt8, in database: Connection, sealer: RowSealer
    ) throws -> [Data] {
        let address = [Array(name.utf8), [device]]
        let old = RowSealer.RowID("session", sealer.name(in: "session", address))
        let row = try database.first(
            "SELECT sealed, name, begunAt FROM session WHERE address = ?", old.name
        ) { row in
            (sealed: try row[0] as [UInt8], name: try row[1] as [UInt8]?, begunAt: try row[2] as Int64?)
        }
        guard let row else { return [] }
        try database.run("DELETE FROM session WHERE address = ?", old.name)
        let records = try SessionRecord(serialized: sealer.open(row.sealed, at: old)).separatedByIdentity()
        for (key, record) in records {
            let new = RowSealer.RowID("session", sealer.name(in: "session", address + [key.wire]))
            let isCurrent = record.baseKey != nil
            try database.run(
                "INSERT INTO session (address, sealed, name, begunAt) VALUES (?, ?, ?, ?)", new.name,
                sealer.seal(bytes: record.compactForm, at: new), isCurrent ? row.name : nil,
                isCurrent ? row.begunAt : nil)
        }
        return records.keys.map { Data($0.wire) }
    }
}
