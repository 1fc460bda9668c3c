import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Erases the write-ahead log some time after it was written to.
///
/// The log keeps every version of a page that was written since it began. In a database of secrets that must not be
/// readable once they are replaced, it has to go soon.
final class LogErasure: Sendable {
    private let queue: ConnectionQueue
    private let delay: DispatchTimeInterval
    private let isScheduled = Atomic(false)

    init(_ queue: ConnectionQueue, after delay: Duration) {
        self.queue = queue
        self.delay = .nanoseconds(
            Int(
                clamping: delay.components.seconds * 1_000_000_000
                    + delay.components.attoseconds / 1_000_000_000))
    }

    /// Call after writes are on disk.
    func committed() {
        guard !isScheduled.exchange(true, ordering: .relaxed) else { return }
        queue.async(after: delay) { [self] connection in
            isScheduled.store(false, ordering: .relaxed)
            guard !connection.isClosed else { return }
            // A reader still needs the log, or the disk is full: again after the same time.
            if (try? connection.eraseLog()) != true { committed() }
        }
    }
}

extension Connection {
    /// Copies the write-ahead log back into the file, overwrites it with zeros and truncates it. For the only connection
    /// that writes, outside a transaction.
    ///
    /// - Returns: False if a reader still needs the log; it stays then.
    /// - Throws: `DatabaseError`.
    package func eraseLog() throws(DatabaseError) -> Bool {
        // After that, the log is not read until the next commit: all of it is in the file.
        guard try !checkpoint(.restart).isPartial else { return false }
        overwriteFile(path + "-wal")
        return try !checkpoint(.truncate).isPartial
    }
}

/// Overwrites a file with zeros, as far as the file system writes in place. A file that is not there is fine.
private func overwriteFile(_ path: String) {
    let file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { return }
    defer { close(file) }
    let zeros = [UInt8](repeating: 0, count: 64 * 1024)
    var offset = 0
    let end = Int(lseek(file, 0, SEEK_END))
    while offset < end {
        let written = pwrite(file, zeros, min(zeros.count, end - offset), off_t(offset))
        guard written > 0 else { return }
        offset += written
    }
    _ = fsync(file)
}
