import Foundation

/// Disk space held back for a full disk: a file beside the database.
///
/// Without any room, SQLite can neither open a database nor delete from it. When that happens, the file is deleted, and
/// the relay can start, deliver and record acknowledgements. It is written again once there is room.
struct DiskReserve: Sendable {
    static let byteCount = 4 << 20

    let path: String

    init(besides database: String) { path = database + "-reserve" }

    /// Deletes the file; returns whether there was one.
    func release() -> Bool { unlink(path) == 0 }

    /// Writes the file if it is missing and `freeByteCount` leaves more than twice its size.
    func restore(freeByteCount: Int?) {
        guard let freeByteCount, freeByteCount > 3 * Self.byteCount, access(path, F_OK) != 0 else { return }
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // Where blocks cannot be reserved, a file would be a promise without a backing.
        if posix_fallocate(descriptor, 0, off_t(Self.byteCount)) != 0 { unlink(path) }
    }
}
