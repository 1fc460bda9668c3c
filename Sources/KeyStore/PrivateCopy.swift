import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Copies of files, readable by their owner only, whatever the original's permissions.
enum PrivateCopy {
    private static func unfinished(_ path: String) -> String { path + ".restoring" }

    /// Copies under another name first: the copy is there as a whole or not at all.
    ///
    /// - Throws: `KeyStoreError.storage`, `.noRoom`; nothing is left behind.
    static func make(of original: String, at path: String) throws(KeyStoreError) {
        let unfinished = unfinished(path)
        unlink(unfinished)
        do throws(Failure) {
            try copy(original, to: unfinished)
            guard rename(unfinished, path) == 0 else { throw Failure(code: errno) }
        } catch {
            unlink(unfinished)
            throw error.code == ENOSPC
                ? .noRoom(path: path)
                : .storage(
                    path: path,
                    reason: "the backup cannot be copied there: \(String(cString: strerror(error.code)))")
        }
    }

    /// Removes what an interrupted copy left.
    static func removeUnfinished(at path: String) { unlink(unfinished(path)) }

    /// Takes a file away from all but its owner.
    static func restrict(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        // A user who may not do so may not open it for writing either.
        chmod(path, 0o600)
    }

    private struct Failure: Error { let code: Int32 }

    private static func copy(_ original: String, to path: String) throws(Failure) {
        let source = open(original, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw Failure(code: errno) }
        defer { close(source) }
        let target = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard target >= 0 else { throw Failure(code: errno) }
        defer { close(target) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while case let count = read(source, &buffer, buffer.count), count != 0 {
            guard count > 0 else { throw Failure(code: errno) }
            var start = 0
            while start < count {
                let written = buffer[start..<count].withUnsafeBytes {
                    write(target, $0.baseAddress, $0.count)
                }
                guard written > 0 else { throw Failure(code: errno) }
                start += written
            }
        }
        guard fsync(target) == 0 else { throw Failure(code: errno) }
    }
}
