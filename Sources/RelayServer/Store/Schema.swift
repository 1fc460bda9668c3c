import GRDB

/// The tables, as migrations that are only ever added to.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1 registration, prekeys, messages") { database in
            try database.execute(
                sql: """
                    CREATE TABLE users (
                        id TEXT PRIMARY KEY,
                        identityKey BLOB NOT NULL,
                        createdAt INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE devices (
                        deviceKey INTEGER PRIMARY KEY,
                        userId TEXT NOT NULL REFERENCES users(id),
                        device INTEGER NOT NULL CHECK (device BETWEEN 1 AND 127),
                        registrationId INTEGER NOT NULL,
                        tokenHash BLOB NOT NULL UNIQUE,
                        registeredAt INTEGER NOT NULL,
                        UNIQUE (userId, device)
                    ) STRICT;

                    CREATE TABLE prekeys (
                        deviceKey INTEGER NOT NULL REFERENCES devices(deviceKey),
                        kind INTEGER NOT NULL,
                        id INTEGER NOT NULL,
                        publicKey BLOB NOT NULL,
                        signature BLOB,
                        PRIMARY KEY (deviceKey, kind, id)
                    ) STRICT, WITHOUT ROWID;

                    -- The highest id ever uploaded, so that none comes twice.
                    CREATE TABLE prekeyIds (
                        deviceKey INTEGER NOT NULL REFERENCES devices(deviceKey),
                        kind INTEGER NOT NULL,
                        highest INTEGER NOT NULL,
                        PRIMARY KEY (deviceKey, kind)
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE messages (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        deviceKey INTEGER NOT NULL REFERENCES devices(deviceKey),
                        messageId BLOB NOT NULL,
                        senderKey INTEGER NOT NULL REFERENCES devices(deviceKey),
                        class INTEGER NOT NULL,
                        byteCount INTEGER NOT NULL,
                        expiresAt INTEGER NOT NULL,
                        envelope BLOB NOT NULL
                    ) STRICT;
                    CREATE INDEX messagesByDevice ON messages (deviceKey, sequence);
                    CREATE INDEX messagesById ON messages (deviceKey, messageId);
                    CREATE INDEX messagesByExpiry ON messages (expiresAt);

                    -- One row per device with its sums, so that limits cost nothing however long the queue is.
                    CREATE TABLE queues (
                        deviceKey INTEGER PRIMARY KEY REFERENCES devices(deviceKey),
                        messageCount INTEGER NOT NULL,
                        byteCount INTEGER NOT NULL
                    ) STRICT;

                    -- Ids that were accepted, with what they stood for; outlives the message itself.
                    CREATE TABLE acceptedIds (
                        senderKey INTEGER NOT NULL,
                        deviceKey INTEGER NOT NULL,
                        messageId BLOB NOT NULL,
                        digest BLOB NOT NULL,
                        acceptedAt INTEGER NOT NULL,
                        PRIMARY KEY (senderKey, deviceKey, messageId)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX acceptedIdsByTime ON acceptedIds (acceptedAt);
                    """)
        }
        return migrator
    }
}
