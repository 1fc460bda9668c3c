import Database

/// The tables of the state database, as migrations that are only ever added to.
enum StateSchema {
    static var migrations: Migrations {
        var migrations = Migrations()
        migrations.add(
            "v1 telemetry, chat, usage",
            sql: """
                CREATE TABLE snapshots (
                    id INTEGER PRIMARY KEY,
                    messageId BLOB NOT NULL UNIQUE,
                    takenAt INTEGER NOT NULL,
                    receivedAt INTEGER NOT NULL,
                    sample BLOB NOT NULL
                ) STRICT;
                CREATE INDEX snapshotsByTime ON snapshots (takenAt);

                -- Readings put together: one row per series and stretch of `tier` seconds.
                CREATE TABLE tiers (
                    tier INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    metric TEXT NOT NULL,
                    count INTEGER NOT NULL,
                    sum REAL NOT NULL,
                    min REAL NOT NULL,
                    max REAL NOT NULL,
                    PRIMARY KEY (tier, at, metric)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE chat_messages (
                    id INTEGER PRIMARY KEY,
                    requestId TEXT NOT NULL,
                    asker TEXT NOT NULL,
                    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
                    at INTEGER NOT NULL,
                    text TEXT NOT NULL,
                    -- As a model may be reminded of it: with labels in place of host text.
                    remembered TEXT NOT NULL,
                    -- The whole reply, as sent; of the assistant alone.
                    reply BLOB,
                    model TEXT,
                    modelRequests INTEGER NOT NULL DEFAULT 0,
                    promptTokens INTEGER NOT NULL DEFAULT 0,
                    cachedPromptTokens INTEGER NOT NULL DEFAULT 0,
                    completionTokens INTEGER NOT NULL DEFAULT 0,
                    -- US dollars times 10^12, so that sums are exact.
                    costPicoUSD INTEGER NOT NULL DEFAULT 0,
                    elapsedMilliseconds INTEGER,
                    UNIQUE (requestId, role)
                ) STRICT;
                CREATE INDEX chatMessagesByTime ON chat_messages (at);
                CREATE INDEX chatMessagesByAsker ON chat_messages (asker, id);

                CREATE TABLE tool_calls (
                    id TEXT PRIMARY KEY,
                    requestId TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    tool TEXT NOT NULL,
                    arguments TEXT NOT NULL,
                    output TEXT NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX toolCallsByRequest ON tool_calls (requestId);

                CREATE TABLE usage_resets (
                    id INTEGER PRIMARY KEY,
                    at INTEGER NOT NULL
                ) STRICT;
                """)
        migrations.add(
            "v2 cores",
            sql: """
                -- How busy each core was: `sums` holds a 32-bit float per core, little-endian, summed over `count`.
                CREATE TABLE core_tiers (
                    tier INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    count INTEGER NOT NULL,
                    sums BLOB NOT NULL,
                    PRIMARY KEY (tier, at)
                ) STRICT, WITHOUT ROWID;
                """)
        migrations.add(
            "v3 anomalies",
            sql: """
                -- Which metrics were unusual in the reading: bit n is metric n.
                ALTER TABLE snapshots ADD COLUMN unusual INTEGER NOT NULL DEFAULT 0;

                -- Stretches in which a series was unusual, with its furthest reading and what was usual then.
                CREATE TABLE anomalies (
                    id INTEGER PRIMARY KEY,
                    metric TEXT NOT NULL,
                    -- A mount point, or empty.
                    fileSystem TEXT NOT NULL,
                    startedAt INTEGER NOT NULL,
                    endedAt INTEGER NOT NULL,
                    value REAL NOT NULL,
                    distance REAL NOT NULL,
                    usualLow REAL,
                    usualHigh REAL,
                    isOfHour INTEGER NOT NULL,
                    reason TEXT,
                    isCritical INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX anomaliesByEnd ON anomalies (endedAt);
                CREATE INDEX anomaliesBySeries ON anomalies (metric, fileSystem, endedAt);

                -- What the detectors know: one row, JSON.
                CREATE TABLE detectors (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    state BLOB NOT NULL
                ) STRICT;
                """)
        migrations.add("v4 ten minutes") { try StateDatabase.fillTenMinutes($0) }
        migrations.add("v5 file systems") { database in
            try database.execute(
                """
                -- How full each file system was, in percent, put together as in `tiers`.
                CREATE TABLE file_system_tiers (
                    tier INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    mountPoint TEXT NOT NULL,
                    count INTEGER NOT NULL,
                    sum REAL NOT NULL,
                    min REAL NOT NULL,
                    max REAL NOT NULL,
                    PRIMARY KEY (tier, at, mountPoint)
                ) STRICT, WITHOUT ROWID;
                """)
            try StateDatabase.fillFileSystems(database)
        }
        migrations.add(
            "v6 conversations by asker",
            sql: """
                -- Request ids are their askers' to choose: two may use the same.
                ALTER TABLE chat_messages RENAME TO earlier_messages;
                CREATE TABLE chat_messages (
                    id INTEGER PRIMARY KEY,
                    requestId TEXT NOT NULL,
                    -- Of what is no conversation: what it was for.
                    asker TEXT NOT NULL,
                    role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
                    at INTEGER NOT NULL,
                    text TEXT NOT NULL,
                    -- As a model may be reminded of it: with labels in place of host text.
                    remembered TEXT NOT NULL,
                    -- The whole reply, as sent; of the assistant alone.
                    reply BLOB,
                    model TEXT,
                    modelRequests INTEGER NOT NULL DEFAULT 0,
                    promptTokens INTEGER NOT NULL DEFAULT 0,
                    cachedPromptTokens INTEGER NOT NULL DEFAULT 0,
                    completionTokens INTEGER NOT NULL DEFAULT 0,
                    -- US dollars times 10^12, so that sums are exact.
                    costPicoUSD INTEGER NOT NULL DEFAULT 0,
                    elapsedMilliseconds INTEGER,
                    UNIQUE (asker, requestId, role)
                ) STRICT;
                INSERT INTO chat_messages SELECT * FROM earlier_messages;
                DROP TABLE earlier_messages;
                CREATE INDEX chatMessagesByTime ON chat_messages (at);
                CREATE INDEX chatMessagesByAsker ON chat_messages (asker, id);

                ALTER TABLE tool_calls RENAME TO earlier_calls;
                CREATE TABLE tool_calls (
                    id TEXT NOT NULL,
                    asker TEXT NOT NULL,
                    requestId TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    tool TEXT NOT NULL,
                    arguments TEXT NOT NULL,
                    output TEXT NOT NULL,
                    PRIMARY KEY (asker, requestId, id)
                ) STRICT, WITHOUT ROWID;
                INSERT INTO tool_calls
                    SELECT id, COALESCE((
                        SELECT asker FROM chat_messages AS m
                        WHERE m.requestId = c.requestId AND m.role = 'assistant'), ''),
                    requestId, at, tool, arguments, output FROM earlier_calls AS c;
                DROP TABLE earlier_calls;
                CREATE INDEX toolCallsByTime ON tool_calls (at);
                """)
        migrations.add(
            "v7 process spells",
            sql: """
                -- Stretches in which a process was among those that readings name, with what it used at most.
                CREATE TABLE process_spells (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL,
                    startedAt INTEGER NOT NULL,
                    endedAt INTEGER NOT NULL,
                    cpuPeak REAL,
                    cpuPeakAt INTEGER,
                    residentPeak INTEGER
                ) STRICT;
                CREATE INDEX processSpellsByName ON process_spells (name, endedAt);
                CREATE INDEX processSpellsByEnd ON process_spells (endedAt);
                """)
        return migrations
    }
}
