import CSQLite

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What databases need of a file system besides room, and some of networks, containers and user space do not have.
package enum FileSystemLack: String, Hashable, Sendable {
    case locks = "file locks"
    case sharedMemory = "memory that processes share"

    /// What to do about it, for every file of the program.
    package static let advice =
        "put it on a local disk, such as ext4 or XFS; on NFS, let its lock service run"

    /// Whether a lock was rejected with `error` because there are none, not because another process holds it.
    package static func isLackOfLocks(_ error: Int32) -> Bool {
        [ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL].contains(error)
    }

    /// What a failure with SQLite's `code` comes of, and the system's error; nil if the file system is not to blame.
    static func behind(_ code: Int32, _ error: Int32, at path: String) -> (FileSystemLack, Int32)? {
        switch code {
        // SQLite also calls a file busy whose file system has no locks.
        case _ where [SQLITE_BUSY, SQLITE_PROTOCOL].contains(code & 0xff):
            lockError(beside: path).map { (.locks, $0) }
        // Nested macros, which Swift does not import: SQLITE_IOERR | (number << 8), for RDLOCK, CHECKRESERVEDLOCK, LOCK.
        case SQLITE_IOERR | 9 << 8, SQLITE_IOERR | 14 << 8, SQLITE_IOERR | 15 << 8:
            isLackOfLocks(error) ? (.locks, error) : nil
        // SHMMAP.
        case SQLITE_IOERR | 21 << 8:
            [ENODEV, EINVAL, EOPNOTSUPP, ENOSYS].contains(error) ? (.sharedMemory, error) : nil
        default: nil
        }
    }

    /// The error of a lock on a file beside the database; nil if it is granted. On the database itself, closing would
    /// release SQLite's own locks.
    private static func lockError(beside path: String) -> Int32? {
        let file = path + "-lock-trial"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        defer {
            close(descriptor)
            unlink(file)
        }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_len = 1
        guard fcntl(descriptor, F_SETLK, &lock) != 0 else { return nil }
        let error = errno
        return isLackOfLocks(error) ? error : nil
    }
}
