import Database

/// The tables, as migrations. Migrations are only ever appended.
enum RelaySchema {
    static var migrations: Migrations {
        var migrations = Migrations()
        migrations.add("v1 accounts, prekeys, messages, audit", sql: version1)
        migrations.add("v2 accepted ids in the order of their making", sql: version2)
        migrations.add("v3 revocations", sql: version3)
        migrations.add("v4 totals by sender", sql: version4)
        migrations.add("v5 time last seen", sql: version5)
        return migrations
    }

    private static let version5 = """
        -- One row: the time by which expired data was last deleted.
        CREATE TABLE clock (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            lastSeen INTEGER NOT NULL
        ) STRICT;
        """

    private static let version4 = """
        -- What each sender has waiting in each queue. A sender is an account, with all its devices.
        CREATE TABLE shares (
            deviceKey INTEGER NOT NULL REFERENCES devices(deviceKey),
            sender TEXT NOT NULL,
            messageCount INTEGER NOT NULL,
            byteCount INTEGER NOT NULL,
            PRIMARY KEY (deviceKey, sender)
        ) STRICT, WITHOUT ROWID;

        -- What each account has waiting in all queues together, and how many of its accepted ids are remembered.
        CREATE TABLE senders (
            userId TEXT PRIMARY KEY,
            messageCount INTEGER NOT NULL,
            byteCount INTEGER NOT NULL,
            idCount INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Whose the removed devices were, for as long as messages and ids of theirs may remain.
        CREATE TABLE formerDevices (
            deviceKey INTEGER PRIMARY KEY,
            userId TEXT NOT NULL,
            removedAt INTEGER NOT NULL
        ) STRICT;

        ALTER TABLE acceptedIds RENAME COLUMN acceptedAt TO forgetAt;
        UPDATE acceptedIds SET forgetAt = forgetAt + 3024000000;

        INSERT INTO shares (deviceKey, sender, messageCount, byteCount)
            SELECT place >> 40, userId, COUNT(*), SUM(length(envelope))
            FROM messages JOIN devices ON devices.deviceKey = senderKey GROUP BY 1, 2;
        INSERT INTO senders (userId, messageCount, byteCount, idCount)
            SELECT id,
                (SELECT COALESCE(SUM(messageCount), 0) FROM shares WHERE sender = id),
                (SELECT COALESCE(SUM(byteCount), 0) FROM shares WHERE sender = id), 0
            FROM users;
        UPDATE senders SET idCount = counted.ids FROM (
            SELECT devices.userId AS owner, COUNT(*) AS ids
            FROM acceptedIds JOIN devices ON devices.deviceKey = senderKey GROUP BY 1
        ) AS counted WHERE senders.userId = counted.owner;
        """

    private static let version3 = """
        -- What may not register; device 0 stands for all devices of the account.
        CREATE TABLE revocations (
            userId TEXT NOT NULL REFERENCES users(id),
            device INTEGER NOT NULL CHECK (device BETWEEN 0 AND 127),
            revokedAt INTEGER NOT NULL,
            PRIMARY KEY (userId, device)
        ) STRICT, WITHOUT ROWID;
        """

    private static let version1 = """
        CREATE TABLE users (
            id TEXT PRIMARY KEY,
            identityKey BLOB NOT NULL,
            createdAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE devices (
            deviceKey INTEGER PRIMARY KEY AUTOINCREMENT CHECK (deviceKey < 0x800000),
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

        -- place = deviceKey * 2^40 + the number of the message in its device's queue: a queue is one stretch of the
        -- table, in its order, without an index of its own.
        CREATE TABLE messages (
            place INTEGER PRIMARY KEY,
            messageId BLOB NOT NULL,
            senderKey INTEGER NOT NULL,
            class INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            -- How many sockets broke while this was the oldest that its device had not acknowledged.
            failureCount INTEGER NOT NULL DEFAULT 0,
            isSetAside INTEGER NOT NULL DEFAULT 0,
            envelope BLOB NOT NULL
        ) STRICT;
        CREATE INDEX messagesByExpiry ON messages (expiresAt);
        CREATE INDEX latestBySender ON messages (senderKey, place) WHERE class = 1;
        CREATE INDEX messagesSetAside ON messages (place) WHERE isSetAside = 1;

        -- One row per device with its sums, so that limits cost the same however long the queue is.
        CREATE TABLE queues (
            deviceKey INTEGER PRIMARY KEY REFERENCES devices(deviceKey),
            messageCount INTEGER NOT NULL,
            byteCount INTEGER NOT NULL,
            lastSequence INTEGER NOT NULL
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

        -- Identity events; each hash covers its row and the hash before it.
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            event TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        """

    /// Time-ordered ids share a page regardless of sender; ordered by sender first, every pair would touch a page of
    /// its own.
    private static let version2 = """
        ALTER TABLE acceptedIds RENAME TO formerIds;
        CREATE TABLE acceptedIds (
            messageId BLOB NOT NULL,
            senderKey INTEGER NOT NULL,
            deviceKey INTEGER NOT NULL,
            digest BLOB NOT NULL,
            acceptedAt INTEGER NOT NULL,
            PRIMARY KEY (messageId, senderKey, deviceKey)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO acceptedIds (messageId, senderKey, deviceKey, digest, acceptedAt)
            SELECT messageId, senderKey, deviceKey, digest, acceptedAt FROM formerIds ORDER BY messageId;
        DROP TABLE formerIds;
        CREATE INDEX acceptedIdsByTime ON acceptedIds (acceptedAt);
        """
}
