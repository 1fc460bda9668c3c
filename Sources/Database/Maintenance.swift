import CSQLite

extension Connection {
    /// The result of a checkpoint.
    package struct Checkpoint: Hashable, Sendable {
        /// Whether a reader or writer prevented the checkpoint from completing.
        package let isPartial: Bool
        package let logPageCount: Int
        package let foldedPageCount: Int
    }

    package enum CheckpointKind: Sendable {
        /// As much as possible without waiting for other connections.
        case passive
        /// Everything, so that the next commit restarts the log.
        case restart
        /// Everything, and truncates the log file to zero.
        case truncate

        fileprivate var code: Int32 {
            switch self {
            case .passive: SQLITE_CHECKPOINT_PASSIVE
            case .restart: SQLITE_CHECKPOINT_RESTART
            case .truncate: SQLITE_CHECKPOINT_TRUNCATE
            }
        }
    }

    /// Copies the write-ahead log back into the file.
    @discardableResult
    package func checkpoint(_ kind: CheckpointKind) throws(DatabaseError) -> Checkpoint {
        var (log, folded): (Int32, Int32) = (0, 0)
        let code = sqlite3_wal_checkpoint_v2(try handle.open, nil, kind.code, &log, &folded)
        guard code == SQLITE_OK || code & 0xff == SQLITE_BUSY else { throw handle.error(code) }
        return Checkpoint(isPartial: code != SQLITE_OK, logPageCount: Int(log), foldedPageCount: Int(folded))
    }

    /// Copies the current database over another one.
    package func backUp(to copy: Connection) throws(DatabaseError) {
        guard let backup = sqlite3_backup_init(try copy.handle.open, "main", try handle.open, "main") else {
            throw copy.handle.error(sqlite3_extended_errcode(try copy.handle.open))
        }
        let step = sqlite3_backup_step(backup, -1)
        let end = sqlite3_backup_finish(backup)
        // `finish` does not report a lock that was in the way.
        guard step == SQLITE_DONE else { throw copy.handle.error(step) }
        try copy.handle.check(end)
    }

    /// Problems with the file, in SQLite's words; empty if there are none. Reads the whole file.
    package func problems(limit: Int = 100) throws -> [String] {
        do {
            let found: [String] = try Statement("PRAGMA integrity_check(\(limit))", handle).values()
            return found == ["ok"] ? [] : found
        } catch let error as DatabaseError where error.kind == .corrupt {
            // The file is so damaged that the check itself fails.
            return [error.message]
        }
    }
}
