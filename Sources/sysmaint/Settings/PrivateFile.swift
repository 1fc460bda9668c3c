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
                .configuration, "the file \(path) may be read by others (mode \(String(mode, radix: 8)))",
                help: "It holds a secret. Run: chmod 600 \(path)")
        }
        return contents
    }

    /// Makes a new file with mode 0600, which is there with all its content or not at all.
    ///
    /// - Returns: False where there is one already, which is left alone.
    /// - Throws: `Failure` where the folder does not let it.
    static func create(_ path: String, contents: Data) throws -> Bool {
        let draft = "\(path).\(UUID().uuidString)"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw cannotMake(path) }
        defer { unlink(draft) }
        defer { close(descriptor) }
        do {
            try Output.write(contents, to: descriptor)
        } catch {
            throw cannotMake(path, error.errorNumber)
        }
        guard fsync(descriptor) == 0 else { throw cannotMake(path) }
        // Unlike a rename, a link takes nobody's place.
        guard link(draft, path) != 0 else { return true }
        guard errno == EEXIST else { throw cannotMake(path) }
        return false
    }

    private static func cannotMake(_ path: String, _ reason: Int32 = errno) -> Failure {
        Failure(
            .cannotCreate, "the file \(path) cannot be made: \(String(cString: strerror(reason)))",
            help: "Check the folder, its permissions and the disk.")
    }
}
