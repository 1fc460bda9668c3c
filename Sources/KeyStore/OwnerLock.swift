import Database
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The right to use a store, held by one process at a time.
///
/// A `flock` on a file beside the store. The kernel releases it when the process ends, in any way; the file itself
/// remains and names the last owner. Only who holds it may remove it: who waited for a removed file tries again.
final class OwnerLock: Sendable {
    private let descriptor: Int32

    /// Waits for another owner for as long as `patience`.
    ///
    /// - Throws: `.inUse` with the owner's process number and command, `.storage` where no lock file can be made,
    ///   `.unsuitable` where the file system has no locks.
    init(for path: String, patience: Duration = .zero) throws(KeyStoreError) {
        let file = path + ".lock"
        var descriptor: Int32
        repeat {
            descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                throw .storage(path: path, reason: "cannot open \(file): \(Self.systemError)")
            }
            guard Self.lock(descriptor, patience: patience) else {
                let error = errno
                let owner = Self.owner(in: descriptor)
                close(descriptor)
                let reason = String(cString: strerror(error))
                if error == EWOULDBLOCK { throw .inUse(path: path, by: owner) }
                if FileSystemLack.isLackOfLocks(error) {
                    throw .unsuitable(path: path, lack: .locks, reason: reason)
                }
                throw .storage(path: path, reason: "cannot lock \(file): \(reason)")
            }
        } while !Self.isInPlace(descriptor, file)
        Self.writeOwner(into: descriptor)
        self.descriptor = descriptor
    }

    /// Whether the locked file is still the one at `path`; if it was removed meanwhile, closes it.
    private static func isInPlace(_ descriptor: Int32, _ path: String) -> Bool {
        var (locked, present) = (stat(), stat())
        if fstat(descriptor, &locked) == 0, lstat(path, &present) == 0, locked.st_ino == present.st_ino {
            return true
        }
        close(descriptor)
        return false
    }

    /// Unlocks before it closes: a child process that is just being started holds a copy of the descriptor until its
    /// program begins, and closing alone would leave the lock with that copy.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Tries again and again: a lock that is waited for by other means cannot be given up in time.
    private static func lock(_ descriptor: Int32, patience: Duration) -> Bool {
        let end = ContinuousClock.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK, ContinuousClock.now < end else { return false }
            usleep(20_000)
            // What the caller reads of a failure is that of the lock.
            errno = EWOULDBLOCK
        }
        return true
    }

    private static var systemError: String { String(cString: strerror(errno)) }

    /// The program and its subcommand. Other arguments are left out: they may hold what a person wrote.
    private static var command: String {
        let program = ProcessInfo.processInfo.processName
        let subcommand = CommandLine.arguments.dropFirst().first ?? ""
        let isWord = !subcommand.isEmpty && subcommand.utf8.allSatisfy { (97...122).contains($0) || $0 == 45 }
        return isWord && !subcommand.hasPrefix("-") ? "\(program) \(subcommand)" : program
    }

    private static func writeOwner(into descriptor: Int32) {
        let text = Array("process \(getpid()) (\(command))".utf8)
        // What the file says is for people only; the lock holds without it.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func owner(in descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        return text.isEmpty ? "another process" : text
    }
}
