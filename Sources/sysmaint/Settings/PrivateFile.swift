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

    /// Makes a new file with mode 0600; one that exists is left alone and is an error.
    static func create(_ path: String, contents: Data) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                .cannotCreate, "the file \(path) cannot be made: \(String(cString: strerror(errno)))",
                help: "Check the folder and its permissions.")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: contents)
        try handle.synchronize()
    }
}
