import Database
import Foundation
import RelayAPI

/// The tables of a store. Migrations are only ever appended, and use no type of the application but
/// `Envelope`, for its forms on the wire.
///
/// Every column named `sealed` holds a sealed value, every `BLOB` that names a row is a keyed hash. In the clear stand
/// ids of prekeys, positions, delivery states and times (milliseconds since 1970).
enum KeyStoreSchema {
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
        return migrations
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
            var row = try sealer.open(OutboxRow.self, sealed, at: rowID)
            guard let envelope = try? JSONDecoder().decode(Envelope.self, from: row.envelope) else {
                throw DamagedRow(table: "outbox")
            }
            row.envelope = Data(envelope.protobuf)
            try database.run(
                "UPDATE outbox SET sealed = ? WHERE position = ?", try sealer.seal(row, at: rowID), position)
        }
    }
}
