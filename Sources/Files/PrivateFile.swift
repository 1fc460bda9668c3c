import Foundation

/// Creates a file with mode 0600 atomically: it has all its content or does not exist.
///
/// - Returns: False if the file exists already; it is not changed.
package func createPrivateFile(_ path: String, contents: Data) throws(POSIXError) -> Bool {
    let draft = "\(path).\(UUID().uuidString)"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw lastError() }
    defer { unlink(draft) }
    defer { close(descriptor) }
    var rest = contents
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 {
            guard errno == EINTR else { throw lastError() }
            continue
        }
        rest = Data(rest.dropFirst(count))
    }
    guard fsync(descriptor) == 0 else { throw lastError() }
    // Unlike a rename, a link never replaces an existing file.
    guard link(draft, path) != 0 else { return true }
    guard errno == EEXIST else { throw lastError() }
    return false
}

private func lastError() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
