import CSQLite

extension Connection {
    /// How far a log was folded back into its file.
    package struct Checkpoint: Hashable, Sendable {
        /// Whether a reader or writer was in the way of all that was asked for.
        package let isPartial: Bool
        package let logPageCount: Int
        package let foldedPageCount: Int
    }

    package enum CheckpointKind: Sendable {
        /// As much as is possible without waiting for anybody.
        case passive
        /// All of it, so that the next commit begins the log anew.
        case restart
        /// All of it, and the log's file is empty afterwards.
        case truncate

        fileprivate var code: Int32 {
            switch self {
            case .passive: SQLITE_CHECKPOINT_PASSIVE
            case .restart: SQLITE_CHECKPOINT_RESTART
            case .truncate: SQLITE_CHECKPOINT_TRUNCATE
            }
        }
    }

    /// Folds the write-ahead log back into the file.
    @discardableResult
    package func checkpoint(_ kind: CheckpointKind) throws(DatabaseError) -> Checkpoint {
        var (log, folded): (Int32, Int32) = (0, 0)
        let code = sqlite3_wal_checkpoint_v2(try handle.open, nil, kind.code, &log, &folded)
        guard code == SQLITE_OK || code & 0xff == SQLITE_BUSY else { throw handle.error(code) }
        return Checkpoint(isPartial: code != SQLITE_OK, logPageCount: Int(log), foldedPageCount: Int(folded))
    }

    /// Copies the database as it is now over another one.
    package func backUp(to copy: Connection) throws(DatabaseError) {
        guard let backup = sqlite3_backup_init(try copy.handle.open, "main", try handle.open, "main") else {
            throw copy.handle.error(sqlite3_extended_errcode(try copy.handle.open))
        }
        let step = sqlite3_backup_step(backup, -1)
        let end = sqlite3_backup_finish(backup)
        // `finish` says nothing of a lock that was in the way.
        guard step == SQLITE_DONE else { throw copy.handle.error(step) }
        try copy.handle.check(end)
    }

    /// What is wrong with the file, in SQLite's words; empty where nothing is. Reads all of it.
    package func problems(limit: Int = 100) throws -> [String] {
        do {
            let found: [String] = try Statement("PRAGMA integrity_check(\(limit))", handle).values()
            return found == ["ok"] ? [] : found
        } catch let error as DatabaseError where error.kind == .corrupt {
            // So much is wrong that the check gives up.
            return [error.message]
        }
    }
}
