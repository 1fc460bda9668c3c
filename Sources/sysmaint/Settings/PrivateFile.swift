import Foundation

/// Files that hold a secret: only their owner may read them.
enum PrivateFile {
    static func read(_ path: String) throws -> Data {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let contents = FileManager.default.contents(atPath: path)
        else {
            throw Failure(
                .notFound, "the file \(path) cannot be read", help: "Check the path and its permissions.")
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else {
            throw Failure(
                .configuration,
                "the file \(path) is readable by other users (mode \(String(mode, radix: 8)))",
                help: "It holds a secret. Run: chmod 600 \(path)")
        }
        return contents
    }

    /// Creates a file with mode 0600 atomically: it has all its content or does not exist.
    ///
    /// - Returns: False if the file exists already; it is not changed.
    /// - Throws: `Failure` if it cannot be created.
    static func create(_ path: String, contents: Data) throws -> Bool {
        let draft = "\(path).\(UUID().uuidString)"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw cannotCreate(path) }
        defer { unlink(draft) }
        defer { close(descriptor) }
        do {
            try Output.write(contents, to: descriptor)
        } catch {
            throw cannotCreate(path, error.errorNumber)
        }
        guard fsync(descriptor) == 0 else { throw cannotCreate(path) }
        // Unlike a rename, a link never replaces an existing file.
        guard link(draft, path) != 0 else { return true }
        guard errno == EEXIST else { throw cannotCreate(path) }
        return false
    }

    private static func cannotCreate(_ path: String, _ reason: Int32 = errno) -> Failure {
        Failure(
            .cannotCreate, "the file \(path) cannot be created: \(String(cString: strerror(reason)))",
            help: "Check the folder, its permissions and the disk.")
    }
}
